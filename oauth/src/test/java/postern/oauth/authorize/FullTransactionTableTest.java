package postern.oauth.authorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import postern.access.GrantId;
import postern.access.Scope;
import postern.http.HttpError;
import postern.oauth.TestAuthorizationServer;
import postern.oauth.authorize.Transaction.Status;
import postern.store.Tx;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A full table of sign-ins under way keeps nobody out but the network that filled it. */
class FullTransactionTableTest {
    private static final int BOUND = 4;

    private TestAuthorizationServer server;
    private Transactions table;
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @BeforeEach
    void start() {
        server = TestAuthorizationServer.start();
        table = new Transactions(server.parts.vault(), BOUND);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Transaction question(String id) {
        return new Transaction(
                id.getBytes(UTF_8),
                "browser".getBytes(UTF_8),
                "client",
                "https://client.example/cb",
                "https://client.example/cb",
                Optional.empty(),
                Scope.FULL,
                "https://gate.example/mcp",
                "c".repeat(43),
                Status.CONSENT,
                false,
                Optional.empty(),
                0);
    }

    private void begin(String network, String... ids) {
        for (String id : ids) {
            now = now.plusSeconds(1);
            change(tx ->
                    table.add(
                            tx,
                            question(id),
                            network.getBytes(UTF_8),
                            now,
                            now.plus(Duration.ofMinutes(10))));
        }
    }

    private interface Change {
        void in(Tx tx) throws SQLException;
    }

    private void change(Change change) {
        server.parts
                .database()
                .write(tx -> {
                    change.in(tx);
                    return null;
                });
    }

    private boolean isThere(String id) {
        return server.parts
                .database()
                .read(tx -> table.find(tx, id.getBytes(UTF_8), now))
                .isPresent();
    }

    private void refused(String network) {
        HttpError full = assertThrows(HttpError.class, () -> begin(network, "one too many"));
        assertEquals(429, full.status());
        assertEquals("60", full.headers().getFirst().value());
    }

    @Test
    void another_network_gets_in_and_the_oldest_of_the_busiest_goes() {
        begin("flood", "f1", "f2", "f3", "f4");
        refused("flood");
        begin("home", "h1");
        assertFalse(isThere("f1"));
        assertTrue(isThere("f2"));
        assertTrue(isThere("h1"));
        refused("flood");
    }

    @Test
    void no_beginning_forgets_more_than_200_and_an_expired_one_goes_before_a_live_one() {
        table = new Transactions(server.parts.vault(), 252);
        for (int i = 0; i < 250; i++) begin("flood", "f" + i);
        now = now.plus(Duration.ofMinutes(20));
        begin("home", "h1", "h2", "h3");
        assertTrue(isThere("h1"));
        assertTrue(isThere("h2"));
        assertTrue(isThere("h3"));
        for (int i = 0; i < 230; i++) begin("late", "l" + i);
        now = now.plus(Duration.ofMinutes(20));
        boolean mayBeMore = server.parts.database().write(tx -> table.forgetExpired(tx, now));
        assertTrue(mayBeMore);
        mayBeMore = server.parts.database().write(tx -> table.forgetExpired(tx, now));
        assertFalse(mayBeMore);
    }

    /** Its grant is there: it must end with its page, and not be forgotten without it. */
    @Test
    void a_sign_in_that_led_to_a_grant_keeps_its_place() {
        begin("flood", "f1", "f2", "f3", "f4");
        var random = new SecureRandom();
        change(tx ->
                table.review(tx, question("f1"), GrantId.random(random), now.plusSeconds(600)));
        change(tx -> table.issued(tx, question("f2"), GrantId.random(random)));
        begin("home", "h1");
        assertTrue(isThere("f1"));
        assertTrue(isThere("f2"));
        assertFalse(isThere("f3"));
        change(tx -> table.issued(tx, question("f4"), GrantId.random(random)));
        change(tx -> table.issued(tx, question("h1"), GrantId.random(random)));
        refused("new");
    }
}
