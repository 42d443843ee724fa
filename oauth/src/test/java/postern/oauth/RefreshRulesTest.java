package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.Purge;
import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;

import java.time.Duration;

/** Rules J1 to J12: refresh tokens rotate, with a grace. */
class RefreshRulesTest {
    private static TestAuthorizationServer server;
    private static TestClient client;
    private static TestClient other;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        other = server.client(Kind.POST, TestClient.WEB);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertError(String error, RawAnswer answer) {
        assertEquals(400, answer.status(), answer::toString);
        assertEquals(error, answer.json().path("error").asText(), answer::toString);
    }

    @ParameterizedTest(name = "{0}: {1} -> {3}, and the token is still good")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    J2  | no token       | -refresh_token             | invalid_request
                    J2  | unknown token  | refresh_token=ptn_rt_x     | invalid_grant
                    J4  | wider scope    | scope=mcp:read%20admin     | invalid_scope
                    J4  | other resource | resource=https://a.example | invalid_target
                    J4  | second resource | resource={mcp}/second     | invalid_target
                    J10 | no client      | -client_id                 | invalid_request
                    """)
    void refuses(String rule, String when, String changes, String error) {
        Walk.Issued issued = new Walk(client).tokens();
        Fields fields = client.refreshFields(issued.refreshToken());
        fields.changed(changes.replace("{mcp}", server.resource()));
        assertError(error, client.post("/oauth/token", fields));
        RawAnswer answer = issued.refresh();
        assertEquals(200, answer.status());
        assertNotEquals(issued.refreshToken(), answer.json().path("refresh_token").asText());
    }

    @Test
    @DisplayName("J1 J10: confidential clients rotate as well, and must authenticate")
    void confidential() {
        Walk.Issued issued = new Walk(other).tokens();
        Fields bare = other.refreshFields(issued.refreshToken()).changed("-client_secret");
        assertEquals(401, other.post("/oauth/token", bare).status());
        RawAnswer answer = issued.refresh();
        assertNotEquals(issued.refreshToken(), answer.json().path("refresh_token").asText());
    }

    @Test
    @DisplayName("J3: another client's token is refused, its owner notices nothing")
    void foreign_token() {
        Walk.Issued issued = new Walk(client).tokens();
        assertError("invalid_grant", other.refresh(issued.refreshToken()));
        assertTrue(server.accepts(issued.accessToken()));
        assertEquals(200, issued.refresh().status());
    }

    @Test
    @DisplayName("J4: a narrower access token, and a refresh token with everything")
    void narrower_scope() {
        Walk walk = new Walk(client);
        RawAnswer narrow = walk.tokens().refresh("scope", "mcp:read");
        assertEquals("mcp:read", narrow.json().path("scope").asText());
        var principal =
                server.parts
                        .tokenCheck()
                        .check(narrow.json().path("access_token").asText(), server.resource())
                        .orElseThrow()
                        .principal();
        assertTrue(principal.scope().isReadOnly());
        RawAnswer full = walk.issued(narrow).refresh();
        assertEquals("mcp:read mcp:write", full.json().path("scope").asText());
        Walk.Issued readOnly = new Walk(client).tokens("scope", "mcp:read");
        assertError("invalid_scope", readOnly.refresh("scope", "mcp:write"));
    }

    @Test
    @DisplayName("J6: within the grace a retired token yields the newest of its chain")
    void grace() {
        Walk walk = new Walk(client);
        Walk.Issued first = walk.tokens();
        Walk.Issued second = walk.issued(first.refresh());
        server.clock().advance(Duration.ofSeconds(60));
        Walk.Issued third = walk.issued(second.refresh());
        server.clock().advance(Duration.ofSeconds(59));
        RawAnswer repeated = first.refresh("scope", "mcp:read");
        assertEquals(third.refreshToken(), repeated.json().path("refresh_token").asText());
        assertEquals("mcp:read", repeated.json().path("scope").asText());
        Walk.Issued again = walk.issued(repeated);
        for (Walk.Issued each : new Walk.Issued[] {first, second, third, again}) {
            assertTrue(server.accepts(each.accessToken()));
        }
        assertNotEquals(third.accessToken(), again.accessToken());
        assertEquals(200, third.refresh().status());
    }

    @Test
    @DisplayName("J5: a clock that goes back brings no grace back, and ends nothing")
    void clock_gone_back() {
        Walk.Issued issued = new Walk(client).tokens();
        RawAnswer second = issued.refresh();
        server.clock().advance(server.parts.config().refreshGrace().plusSeconds(5));
        server.clock().advance(Duration.ofHours(-1));
        assertError("invalid_grant", issued.refresh());
        server.clock().advance(Duration.ofHours(1));
        assertEquals(200, client.refresh(second.json().path("refresh_token").asText()).status());
    }

    @ParameterizedTest(
            name = "J5: after the grace the return of a token ends the grant; purged: {0}")
    @CsvSource({"true", "false"})
    void reuse(boolean purged) {
        Walk walk = new Walk(client);
        Walk.Issued first = walk.tokens();
        Walk.Issued second = walk.issued(first.refresh());
        server.clock().advance(Duration.ofSeconds(120));
        if (purged) {
            server.clock().advance(Duration.ofMillis(1));
            Duration grace = server.parts.config().refreshGrace();
            new Purge(server.parts.database(), grace).run(server.clock().instant());
        }
        assertTrue(server.accepts(second.accessToken()));
        assertError("invalid_grant", first.refresh());
        assertFalse(server.accepts(second.accessToken()));
        assertError("invalid_grant", second.refresh());
    }

    private static Walk.Issued forgottenFirst(Walk walk, Walk.Issued first) {
        Walk.Issued newest = first;
        for (int i = 0; i < 66; i++) newest = walk.issued(newest.refresh());
        return newest;
    }

    @Test
    @DisplayName("J5: a token whose row is long forgotten still ends its grant")
    void reuse_of_a_forgotten_token() {
        Walk walk = new Walk(client);
        Walk.Issued first = walk.tokens();
        Walk.Issued newest = forgottenFirst(walk, first);
        assertTrue(server.accepts(newest.accessToken()));
        assertError("invalid_grant", first.refresh());
        assertFalse(server.accepts(newest.accessToken()));
        assertError("invalid_grant", newest.refresh());
        assertError("invalid_grant", first.refresh());
    }

    @Test
    @DisplayName("J3: nobody ends a grant with a forgotten token that is another client's")
    void foreign_reuse_of_a_forgotten_token() {
        Walk walk = new Walk(client);
        Walk.Issued first = walk.tokens();
        Walk.Issued newest = forgottenFirst(walk, first);
        assertError("invalid_grant", other.refresh(first.refreshToken()));
        assertTrue(server.accepts(newest.accessToken()));
        assertEquals(200, newest.refresh().status());
    }

    @Test
    @DisplayName("K1: a forgotten refresh token still revokes")
    void revocation_with_a_forgotten_token() {
        Walk walk = new Walk(client);
        Walk.Issued first = walk.tokens();
        Walk.Issued newest = forgottenFirst(walk, first);
        assertEquals(200, client.revoke(first.refreshToken()).status());
        assertFalse(server.accepts(newest.accessToken()));
    }

    @Test
    @DisplayName("P6: when the disk is full, 503 with Retry-After, and nothing is half done")
    void full_disk() {
        Walk.Issued issued = new Walk(client).tokens();
        Walk filler = new Walk(client);
        Walk.Issued chain = filler.tokens();
        long pages = pragma("page_count");
        pragma("max_page_count = " + pages);
        RawAnswer refused = chain.refresh();
        for (int i = 0; refused.status() == 200 && i < 1_000; i++) {
            chain = filler.issued(refused);
            refused = chain.refresh();
        }
        assertEquals(503, refused.status(), refused::toString);
        assertEquals("5", refused.header("Retry-After"));
        assertTrue(server.accepts(issued.accessToken()), "reading goes on");
        pragma("max_page_count = 1073741823");
        RawAnswer again = chain.refresh();
        assertEquals(200, again.status(), again::toString);
        assertEquals(200, issued.refresh().status());
    }

    private static long pragma(String text) {
        return server.parts
                .database()
                .write(tx -> tx.first("pragma " + text, row -> row.getLong(1)).orElseThrow());
    }

    @Test
    @DisplayName("J9: a token that is not used for 30 days is over, to the millisecond")
    void idle_expiry() {
        Walk walk = new Walk(client);
        Walk.Issued issued = walk.tokens();
        server.clock().advance(Duration.ofDays(30).minusMillis(1));
        Walk.Issued second = walk.issued(issued.refresh());
        server.clock().advance(Duration.ofDays(30));
        assertError("invalid_grant", second.refresh());
    }

    @Test
    @DisplayName("J9: rotation does not move the end of the grant; the last second is well-formed")
    void absolute_expiry() {
        Walk walk = new Walk(client);
        Walk.Issued issued = walk.tokens();
        for (int i = 0; i < 4; i++) {
            server.clock().advance(Duration.ofDays(22));
            issued = walk.issued(issued.refresh());
        }
        server.clock().advance(Duration.ofDays(2).minusSeconds(1));
        RawAnswer last = issued.refresh();
        assertEquals(200, last.status(), last::toString);
        assertEquals(1, last.json().path("expires_in").asInt());
        issued = walk.issued(last);
        assertTrue(server.accepts(issued.accessToken()));
        server.clock().advance(Duration.ofSeconds(1));
        assertFalse(server.accepts(issued.accessToken()));
        assertError("invalid_grant", issued.refresh());
    }

    @Test
    @DisplayName("M14: an access token is good for an hour")
    void access_expiry() {
        Walk.Issued issued = new Walk(client).tokens();
        server.clock().advance(Duration.ofHours(1).minusMillis(1));
        assertTrue(server.accepts(issued.accessToken()));
        server.clock().advance(Duration.ofMillis(1));
        assertFalse(server.accepts(issued.accessToken()));
    }

    private static String endOf(Walk.Issued issued) {
        // the text of a refresh token is its prefix and the grant's id, and more
        String grant = issued.refreshToken().substring("ptn_rt_".length(), "ptn_rt_".length() + 22);
        return server.parts
                .database()
                .read(tx ->
                        tx.first(
                                "select coalesce(end_reason, 'live') from access_grant where id ="
                                        + " ?",
                                row -> row.getString(1),
                                grant))
                .orElseThrow();
    }

    private static void purge() {
        new Purge(server.parts.database(), server.parts.config().refreshGrace())
                .run(server.clock().instant());
    }

    @Test
    @DisplayName("J9: a token that expired unused ends its grant as expired, not as a replay")
    void expired_is_no_replay() {
        Walk.Issued idle = new Walk(client).tokens();
        Walk.Issued first = new Walk(client).tokens();
        Walk.Issued rotated = new Walk(client).issued(first.refresh());
        server.clock().advance(Duration.ofDays(30));
        assertError("invalid_grant", idle.refresh());
        assertEquals("live", endOf(idle), "its access tokens may live on");
        // what the purge does first; an access token would keep the grant from ending there
        server.parts
                .database()
                .write(tx ->
                        tx.update(
                                "delete from refresh_token where expires_at <= ?",
                                server.clock().instant()));
        assertError("invalid_grant", idle.refresh());
        assertEquals("EXPIRED", endOf(idle));
        assertError("invalid_grant", rotated.refresh());
        assertEquals("EXPIRED", endOf(first));
    }

    @Test
    @DisplayName("J8: a forgotten token of a chain that goes on is a replay")
    void forgotten_is_a_replay() {
        Walk.Issued first = new Walk(client).tokens();
        assertEquals(200, first.refresh().status());
        server.clock().advance(Duration.ofSeconds(121));
        purge();
        assertError("invalid_grant", first.refresh());
        assertEquals("REFRESH_TOKEN_REPLAYED", endOf(first));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a grace that is made longer, retired_at = retired_at + 3600000",
        "'a token that is made one that was never used', 'retired_at = null, successor_seal = null'"
    })
    @DisplayName("J6: a writer to the database does not revive a retired token")
    void writer_revives_nothing(String what, String change) {
        Walk.Issued first = new Walk(client).tokens();
        assertEquals(200, first.refresh().status());
        server.clock().advance(Duration.ofSeconds(119));
        int changed =
                server.parts
                        .database()
                        .write(tx ->
                                tx.update(
                                        "update refresh_token set "
                                                + change
                                                + " where retired_at is not null"));
        assertTrue(changed > 0);
        server.clock().advance(Duration.ofSeconds(2));
        assertError("invalid_grant", first.refresh());
    }
}
