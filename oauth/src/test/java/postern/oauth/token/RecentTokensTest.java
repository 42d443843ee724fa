package postern.oauth.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Person;
import postern.access.RefreshRecord;
import postern.access.Scope;
import postern.core.Secret;
import postern.store.Database;
import postern.vault.MasterKeys;
import postern.vault.Token;
import postern.vault.Vault;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;
import java.util.stream.LongStream;

class RecentTokensTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final GrantId GRANT = GrantId.random(RANDOM);

    @TempDir static Path folder;
    private static Database database;
    private static Vault vault;

    private final RecentTokens recent = new RecentTokens();

    @BeforeAll
    static void open() throws Exception {
        database = Database.open(folder.resolve("postern.db"));
        vault =
                Vault.open(
                        database, MasterKeys.parse(Secret.ofUtf8("A".repeat(42) + "E=")), RANDOM);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static Token token(GrantId grant) {
        return vault.mintRefresh(grant.value());
    }

    private static RefreshRecord record(GrantId id, long serial) {
        var person = new Person(1, "https://forge.example", "1", "ada");
        var grant =
                new Grant(
                        id,
                        person,
                        "client",
                        "http://127.0.0.1/cb",
                        Scope.FULL,
                        "https://gate.example/mcp",
                        new byte[0],
                        Instant.MAX,
                        Optional.empty());
        return new RefreshRecord(
                grant,
                serial,
                new byte[32],
                Instant.MAX,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Token added(GrantId grant, long serial) {
        Token token = token(grant);
        recent.add(token.lookup(), record(grant, serial));
        return token;
    }

    @Test
    void a_token_is_taken_once() {
        Token token = added(GRANT, 7);
        assertEquals(7, recent.take(token).orElseThrow().serial());
        assertTrue(recent.take(token).isEmpty());
    }

    @Test
    void of_a_grant_the_newest_is_known_and_others_do_not_take_it() {
        Token elder = added(GRANT, 1);
        Token newer = added(GRANT, 2);
        assertTrue(recent.take(elder).isEmpty());
        assertTrue(recent.take(token(GRANT)).isEmpty());
        assertEquals(2, recent.take(newer).orElseThrow().serial());
    }

    @Test
    void of_a_grant_that_ended_nothing_is_known() {
        Token token = added(GRANT, 1);
        recent.forget(GRANT);
        assertTrue(recent.take(token).isEmpty());
    }

    @Test
    void of_4097_grants_the_eldest_is_forgotten() {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i <= 4_096; i++) tokens.add(added(GrantId.random(RANDOM), i));
        assertTrue(recent.take(tokens.getFirst()).isEmpty());
        for (int i = 1; i <= 4_096; i++) {
            assertEquals(i, recent.take(tokens.get(i)).orElseThrow().serial());
        }
    }

    @Test
    void of_parallel_takers_one_gets_it() {
        Token token = added(GRANT, 1);
        long taken =
                LongStream.range(0, 30)
                        .boxed()
                        .gather(Gatherers.mapConcurrent(30, i -> recent.take(token)))
                        .filter(Optional::isPresent)
                        .count();
        assertEquals(1, taken);
    }
}
