package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.http.HttpError;
import postern.store.Database;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A full table of clients keeps nobody out but the network that filled it. */
class FullClientTableTest {
    private static final int BOUND = 6;

    @TempDir Path folder;
    private final RegisteredClients table = new RegisteredClients(BOUND);
    private Database database;
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @BeforeEach
    void open() throws Exception {
        database = Database.open(folder.resolve("postern.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void register(String network, String... ids) {
        register(table, network, ids);
    }

    private void register(RegisteredClients table, String network, String... ids) {
        for (String id : ids) {
            now = now.plusSeconds(1);
            var client =
                    new Client(
                            ClientKind.REGISTERED,
                            id,
                            id,
                            List.of("https://client.example/cb"),
                            AuthMethod.NONE,
                            Optional.empty(),
                            Set.of("authorization_code"));
            database.write(tx -> {
                table.add(tx, client, "{}", Optional.empty(), network.getBytes(UTF_8), now);
                return null;
            });
        }
    }

    private void use(String id) {
        database.write(tx -> {
            table.markUsed(tx, id, now);
            return null;
        });
    }

    private void refused(String network) {
        HttpError full = assertThrows(HttpError.class, () -> register(network, "one too many"));
        assertEquals(429, full.status());
        assertEquals(Duration.ofHours(1), retryAfter(full));
    }

    private static Duration retryAfter(HttpError full) {
        assertEquals("Retry-After", full.headers().getFirst().name());
        return Duration.ofSeconds(Long.parseLong(full.headers().getFirst().value()));
    }

    private List<String> clients() {
        return database.read(
                tx -> tx.all("select id from client order by created_at", row -> row.getString(1)));
    }

    /** What the counts must be at any time, by counting. */
    private void assertCountsHold() {
        String counted =
                "select network || ' ' || count(*) from client where network is not null"
                        + " group by network order by network";
        String kept = "select network || ' ' || held from network_share order by network";
        database.read(tx -> {
            assertEquals(
                    tx.all(counted, row -> row.getString(1)), tx.all(kept, r -> r.getString(1)));
            assertEquals(
                    tx.first("select count(*) from client", row -> row.getLong(1)),
                    tx.first(
                            "select held from bounded_table where name = 'client'",
                            row -> row.getLong(1)));
            return null;
        });
    }

    @Test
    void another_network_gets_in_and_the_oldest_of_the_busiest_goes() {
        register("flood", "f1", "f2", "f3", "f4", "f5", "f6");
        refused("flood");
        register("home", "h1", "h2");
        assertEquals(List.of("f3", "f4", "f5", "f6", "h1", "h2"), clients());
        refused("flood");
        register("home", "h3");
        refused("home");
        assertEquals(List.of("f4", "f5", "f6", "h1", "h2", "h3"), clients());
        assertCountsHold();
    }

    @Test
    void a_client_with_a_live_grant_never_goes_and_counts_for_nobody() {
        register("flood", "f1", "f2", "f3", "f4");
        use("f1");
        use("f2");
        register("home", "h1");
        use("h1");
        use("h1");
        register("flood", "f5");
        register("other", "o1", "o2");
        assertEquals(List.of("f1", "f2", "h1", "f5", "o1", "o2"), clients());
        use("f5");
        use("o1");
        use("o2");
        grant("live", now.plusSeconds(600), null, "f1", "f2", "h1", "f5", "o1", "o2");
        refused("new");
        assertCountsHold();
    }

    @Test
    void used_clients_that_fill_the_table_make_room_when_they_have_no_live_grant() {
        register("flood", "f1", "f2", "f3", "f4", "f5", "f6");
        for (String id : List.of("f1", "f2", "f3", "f4", "f5", "f6")) {
            now = now.plusSeconds(1);
            use(id);
        }
        grant("live", now.plusSeconds(600), null, "f1", "f6");
        grant("over", now, null, "f2");
        grant("ended", now.plusSeconds(600), now, "f3");
        register("new", "n1");
        assertEquals(List.of("f1", "f3", "f4", "f5", "f6", "n1"), clients());
        refused("new");
        register("other", "o1");
        use("o1");
        register("new", "n2");
        assertEquals(List.of("f1", "f4", "f5", "f6", "o1", "n2"), clients());
        assertCountsHold();
    }

    private RegisteredClients fullWith120LiveOnesFirst() {
        var wide = new RegisteredClients(150);
        for (int i = 0; i < 150; i++) {
            now = now.plusSeconds(1);
            String id = "c%03d".formatted(i);
            register(wide, "flood", id);
            use(id);
            if (i < 120) grant("live", now.plus(Duration.ofDays(1)), null, id);
        }
        return wide;
    }

    @Test
    void live_clients_at_the_head_do_not_hide_one_that_can_go() {
        RegisteredClients wide = fullWith120LiveOnesFirst();
        assertThrows(HttpError.class, () -> register(wide, "new", "n1"));
        assertEquals(2, stepsOverLive(wide));
        register(wide, "new", "n1");
        assertFalse(clients().contains("c120"));
        assertTrue(clients().contains("c121"));
        assertTrue(clients().contains("c000"));
    }

    private int stepsOverLive(RegisteredClients wide) {
        Set<String> passed = new HashSet<>();
        for (int steps = 1; steps < 20; steps++) {
            if (!database.write(tx -> wide.passOverLive(tx, now, passed))) return steps;
        }
        throw new AssertionError("it goes round and round");
    }

    @Test
    void a_clock_that_was_put_back_does_not_hide_one_that_can_go() {
        RegisteredClients wide = fullWith120LiveOnesFirst();
        now = now.minus(Duration.ofHours(1));
        assertEquals(2, stepsOverLive(wide));
        register(wide, "new", "n1");
        assertFalse(clients().contains("c120"));
    }

    @Test
    void a_round_over_clients_that_are_all_live_ends_when_it_has_seen_each() {
        var wide = new RegisteredClients(250);
        for (int i = 0; i < 250; i++) {
            String id = "c%03d".formatted(i);
            register(wide, "flood", id);
            use(id);
            grant("live", now.plus(Duration.ofDays(1)), null, id);
        }
        assertEquals(3, stepsOverLive(wide));
        now = now.minus(Duration.ofHours(1));
        assertEquals(3, stepsOverLive(wide));
    }

    private void grant(String kind, Instant expiresAt, Instant endedAt, String... clientIds) {
        for (String id : clientIds) {
            GrantRows.add(database, kind + id, id, now, expiresAt, endedAt);
        }
    }

    @Test
    void of_equal_networks_the_one_that_was_quiet_longest_gives_way() {
        register("a", "a1");
        register("b", "b1");
        register("c", "c1");
        register("d", "d1");
        register("e", "e1");
        register("f", "f1");
        register("new", "n1");
        assertEquals(List.of("b1", "c1", "d1", "e1", "f1", "n1"), clients());
        refused("new");
        assertCountsHold();
    }

    @Test
    void a_registration_that_is_handed_out_again_is_not_at_rest() {
        register("a", "a1");
        register("b", "b1", "c1", "d1", "e1");
        register("f", "f1");
        renew("a", "a1");
        for (String id : List.of("b1", "c1", "d1")) renew("other " + id, id);
        assertCountsHold();
        register("new", "n1");
        assertEquals(List.of("f1", "a1", "b1", "c1", "d1", "n1"), clients());
        use("a1");
        renew("b", "a1");
        assertCountsHold();
    }

    private void renew(String network, String id) {
        now = now.plusSeconds(1);
        database.write(tx -> {
            table.renew(tx, id, network.getBytes(UTF_8), now);
            return null;
        });
    }

    @Test
    void what_is_purged_leaves_room() {
        register("flood", "f1", "f2", "f3", "f4", "f5", "f6");
        use("f6");
        now = now.plus(Duration.ofDays(1));
        database.write(tx -> table.forgetNeverUsed(tx, now));
        assertEquals(List.of("f6"), clients());
        register("flood", "f7");
        assertCountsHold();
    }

    @Test
    void no_transaction_forgets_more_than_200_and_all_go_in_steps() {
        var wide = new RegisteredClients(500);
        for (int i = 0; i < 450; i++) register(wide, "flood", "c" + i);
        now = now.plus(Duration.ofDays(2));
        boolean mayBeMore = database.write(tx -> wide.forgetNeverUsed(tx, now));
        assertTrue(mayBeMore);
        assertEquals(250, clients().size());
        new Clients(database).tidy(now);
        assertEquals(List.of(), clients());
        assertCountsHold();
    }
}
