package postern.oauth.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import postern.oauth.TestAuthorizationServer;
import postern.store.Work;

import java.time.Duration;
import java.time.Instant;

/** Rows that are over go in small steps, however many there are: other writers wait for none. */
class ForgettingTest {
    private static final int STEP = 200;

    private TestAuthorizationServer server;
    private Instant now;

    @BeforeEach
    void start() {
        server = TestAuthorizationServer.start();
        now = server.clock().instant();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void fill(String insertOfNumberAndMoment, int rows, Instant moment) {
        server.parts
                .database()
                .write(tx -> {
                    for (int i = 0; i < rows; i++) tx.update(insertOfNumberAndMoment, i, moment);
                    return null;
                });
    }

    private void sessions(int rows, Instant expiry) {
        fill(
                "insert into account_session (id_hash, person_id, created_at, last_used_at,"
                        + " expires_at, mac) values (cast(?1 as blob), 1, 0, 0, ?2, x'00')",
                rows,
                expiry);
    }

    private void approvals(int rows, Instant lastUse) {
        fill(
                "insert into remembered_approval (id, person_id, client_id, redirect_uri, resource,"
                        + " scope, created_at, last_used_at, mac)"
                        + " values (?1, ?1, 'c', 'u', 'r', 'mcp:read', ?2, ?2, x'00')",
                rows,
                lastUse);
    }

    private long count(String table) {
        return server.parts
                .database()
                .read(tx -> tx.first("select count(*) from " + table, row -> row.getLong(1)))
                .orElseThrow();
    }

    private boolean mayBeMoreAfter(Work<Boolean> step) {
        return server.parts.database().write(step);
    }

    @Test
    void no_transaction_forgets_more_than_200_sessions() {
        sessions(STEP + 1, now);
        var table = new AccountSessions(server.parts.vault(), server.issuer(), null);
        assertTrue(mayBeMoreAfter(tx -> table.forgetExpired(tx, now)));
        assertEquals(1, count("account_session"));
        assertFalse(mayBeMoreAfter(tx -> table.forgetExpired(tx, now)));
        assertEquals(0, count("account_session"));
    }

    @Test
    void no_transaction_forgets_more_than_200_approvals() {
        approvals(STEP + 1, now.minus(Duration.ofDays(181)));
        var table = new Approvals(server.parts.vault(), null);
        assertTrue(mayBeMoreAfter(tx -> table.forgetUnused(tx, now)));
        assertEquals(1, count("remembered_approval"));
        assertFalse(mayBeMoreAfter(tx -> table.forgetUnused(tx, now)));
        assertEquals(0, count("remembered_approval"));
    }

    @Test
    void one_round_forgets_all_that_is_over_and_nothing_else() {
        sessions(2 * STEP + 1, now);
        approvals(2 * STEP + 1, now.minus(Duration.ofDays(181)));
        server.forget();
        assertEquals(0, count("account_session"));
        assertEquals(0, count("remembered_approval"));
        sessions(1, now.plusSeconds(1));
        approvals(1, now.minus(Duration.ofDays(179)));
        server.forget();
        assertEquals(1, count("account_session"));
        assertEquals(1, count("remembered_approval"));
    }
}
