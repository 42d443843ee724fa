package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.EndReason;
import postern.access.GrantId;
import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;

import java.time.Duration;
import java.util.List;

/**
 * Rules J2, J6 and J9 for tokens that the server has in memory since it issued them in a rotation:
 * whatever another process did to them in the database counts.
 */
class RecentTokenRulesTest {
    private static TestAuthorizationServer server;
    private static TestClient client;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Walk.Issued rotated() {
        Walk walk = new Walk(client);
        return walk.issued(walk.tokens().refresh());
    }

    /** What another process writes to the newest refresh token or its grant. */
    private static void change(String sql) {
        int changed = server.parts.database().write(tx -> tx.update(sql));
        assertTrue(changed > 0, "nothing changed");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    J2 a grant ended        | update access_grant set ended_at = 1, end_reason = 'REVOKED_BY_PERSON'
                    J6 a token retired      | update refresh_token set retired_at = 1, successor_seal = null, wrap = null
                    J6 a token forgotten    | delete from refresh_token
                    J6 another one there    | update refresh_token set lookup = randomblob(32)
                    """)
    void what_the_database_says_counts(String what, String sql) {
        Walk.Issued issued = rotated();
        change(sql);
        RawAnswer answer = issued.refresh();
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("invalid_grant", answer.json().path("error").asText());
        assertEquals(400, issued.refresh().status(), "nor the second time");
    }

    /** A writer to the database who puts back what says so, but has no copy of the row. */
    @Test
    void J6_what_was_revoked_is_not_revived_by_what_is_in_memory() {
        Walk.Issued issued = rotated();
        server.parts
                .database()
                .write(tx -> {
                    List<String> all =
                            tx.all(
                                    "select id from access_grant where ended_at is null",
                                    row -> row.getString(1));
                    for (String id : all) {
                        server.parts
                                .grants()
                                .end(
                                        tx,
                                        new GrantId(id),
                                        EndReason.REVOKED_BY_PERSON,
                                        server.clock().instant());
                    }
                    return null;
                });
        change("update access_grant set ended_at = null, end_reason = null");
        assertEquals(400, issued.refresh().status());
    }

    /** As another node leaves it that has used the token, but for what says so. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mac = substr(mac, -16)",
                "mac = substr(mac, -16), wrap = null",
                "mac = cast(zeroblob(16) || substr(mac, -16) as blob)",
                "wrap = null",
            })
    void J6_what_was_retired_is_not_revived_by_what_is_in_memory(String left) {
        Walk.Issued issued = rotated();
        change("update refresh_token set " + left + " where retired_at is null");
        assertEquals(400, issued.refresh().status());
    }

    @Test
    void J9_a_token_that_expired_in_memory_is_refused() {
        Walk.Issued issued = rotated();
        server.clock().advance(Duration.ofDays(31));
        assertEquals(400, issued.refresh().status());
    }

    @Test
    void a_refused_attempt_costs_nothing() {
        Walk.Issued issued = rotated();
        Fields wider =
                client.refreshFields(issued.refreshToken()).changed("scope=mcp:read%20admin");
        assertEquals(400, client.post("/oauth/token", wider).status());
        assertEquals(200, issued.refresh().status());
    }

    @Test
    void a_chain_is_followed_from_memory_and_its_retired_tokens_stay_retired() {
        Walk.Issued first = new Walk(client).tokens();
        Walk.Issued last = first;
        for (int i = 0; i < 5; i++) last = last.walk().issued(last.refresh());
        server.clock().advance(Duration.ofSeconds(121));
        assertEquals(400, first.refresh().status());
        assertEquals(400, last.refresh().status(), "the replay has ended the grant");
    }
}
