package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.time.Duration;

/** Rules I1 to I10: redeeming a code. */
class CodeRulesTest {
    private static final String OTHER_VERIFIER = "B".repeat(43);
    private static TestAuthorizationServer server;
    private static TestClient client;
    private static TestClient other;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        other = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertError(String error, RawAnswer answer) {
        assertEquals(400, answer.status(), answer::toString);
        assertEquals(error, answer.json().path("error").asText(), answer::toString);
    }

    @ParameterizedTest(name = "{0}: {1} -> {3}, and the code is still good (I7)")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    I1 | no code            | -code                           | invalid_request
                    I1 | empty code         | code=                           | invalid_request
                    I1 | unknown code       | code=ptn_ac_unknown             | invalid_grant
                    I2 | no verifier        | -code_verifier                  | invalid_grant
                    I2 | wrong verifier     | code_verifier={other}           | invalid_grant
                    I2 | short verifier     | code_verifier=abc               | invalid_grant
                    I2 | long verifier      | code_verifier={other}{other}{other} | invalid_grant
                    I2 | illegal characters | code_verifier={other}%20        | invalid_grant
                    I3 | another client     | client_id={client}              | invalid_grant
                    I4 | other redirect_uri | redirect_uri=https://a.example  | invalid_grant
                    I4 | other port | redirect_uri=http://127.0.0.1:7778/callback | invalid_grant
                    I10 | other resource    | resource=https://a.example/mcp  | invalid_target
                    I10 | one of two        | +resource={mcp} +resource={mcp}/second | invalid_target
                    """)
    void refuses(String rule, String when, String changes, String error) {
        var walk = new Walk(client);
        String code = walk.code();
        String all =
                changes.replace("{other}", OTHER_VERIFIER)
                        .replace("{client}", other.id())
                        .replace("{mcp}", server.resource());
        assertError(
                error,
                client.post("/oauth/token", client.redeemFields(code, walk.pkce).changed(all)));
        assertEquals(200, client.redeem(code, walk.pkce).status());
    }

    @Test
    @DisplayName("I1: unknown, foreign, expired and damaged codes are told the same")
    void one_text() {
        var walk = new Walk(client);
        String code = walk.code();
        String foreign = other.redeem(code, walk.pkce).body();
        assertEquals(foreign, client.redeem("ptn_ac_x", walk.pkce).body());
        assertEquals(foreign, client.redeem(code.replaceFirst(".$", "~"), walk.pkce).body());
        server.clock().advance(Duration.ofSeconds(60));
        assertEquals(foreign, client.redeem(code, walk.pkce).body());
    }

    @Test
    @DisplayName("I4: redirect_uri may be left out; the port of the request counts")
    void redirect_uri() {
        var walk = new Walk(client);
        String asked = "http://127.0.0.1:9999/callback";
        String code = walk.code();
        assertEquals(200, client.redeem(code, walk.pkce, "redirect_uri", null).status());
        var moved = new Walk(client);
        String second = moved.code("redirect_uri", asked);
        assertError("invalid_grant", client.redeem(second, moved.pkce));
        assertEquals(200, client.redeem(second, moved.pkce, "redirect_uri", asked).status());
    }

    @Test
    @DisplayName("I5: a second valid use ends the grant and every token of it")
    void replay_ends_the_grant() {
        var walk = new Walk(client);
        String code = walk.code();
        Walk.Issued issued = walk.issued(client.redeem(code, walk.pkce));
        Walk.Issued rotated = walk.issued(issued.refresh());
        assertTrue(server.accepts(rotated.accessToken()));
        assertError("invalid_grant", client.redeem(code, walk.pkce));
        assertFalse(server.accepts(issued.accessToken()));
        assertFalse(server.accepts(rotated.accessToken()));
        assertError("invalid_grant", rotated.refresh());
    }

    @Test
    @DisplayName("I6: a second use that is not valid leaves the tokens alone")
    void invalid_replay_is_harmless() {
        var walk = new Walk(client);
        String code = walk.code();
        Walk.Issued issued = walk.issued(client.redeem(code, walk.pkce));
        assertError("invalid_grant", client.redeem(code, Pkce.of(OTHER_VERIFIER)));
        assertError("invalid_grant", client.redeem(code, walk.pkce, "code_verifier", null));
        assertError("invalid_grant", other.redeem(code, walk.pkce));
        assertTrue(server.accepts(issued.accessToken()));
        assertEquals(200, issued.refresh().status());
    }

    @Test
    @DisplayName("I7: four failures do no harm, the fifth burns the code")
    void failures_burn() {
        var patient = new Walk(client);
        String good = patient.code();
        var clumsy = new Walk(client);
        String burnt = clumsy.code();
        for (int i = 0; i < 5; i++) {
            if (i < 4) client.redeem(good, Pkce.of(OTHER_VERIFIER));
            client.redeem(burnt, Pkce.of(OTHER_VERIFIER));
        }
        assertEquals(200, client.redeem(good, patient.pkce).status());
        assertError("invalid_grant", client.redeem(burnt, clumsy.pkce));
    }

    @Test
    @DisplayName("I8: good for 60 seconds; a clock that jumps back does not revive it")
    void expiry() {
        var inTime = new Walk(client);
        String early = inTime.code();
        server.clock().advance(Duration.ofSeconds(60).minusMillis(1));
        assertEquals(200, client.redeem(early, inTime.pkce).status());
        var late = new Walk(client);
        String code = late.code();
        server.clock().advance(Duration.ofSeconds(60));
        assertError("invalid_grant", client.redeem(code, late.pkce));
        server.clock().advance(Duration.ofSeconds(-60));
        assertError("invalid_grant", client.redeem(code, late.pkce));
    }

    @Test
    @DisplayName("I10: the token is for the resource of the grant, named or not")
    void resource() {
        var walk = new Walk(client);
        String code = walk.code();
        RawAnswer answer = client.redeem(code, walk.pkce, "resource", server.resource());
        String access = walk.issued(answer).accessToken();
        assertTrue(server.accepts(access));
        String second = server.parts.config().resources().get(1);
        assertTrue(server.parts.tokenCheck().check(access, second).isEmpty());
    }

    @Test
    @DisplayName("I11 J12: a code is neither a bearer nor a refresh token")
    void kinds_are_not_interchangeable() {
        var walk = new Walk(client);
        String code = walk.code();
        assertFalse(server.accepts(code));
        assertError("invalid_grant", client.refresh(code));
        Walk.Issued issued = walk.issued(client.redeem(code, walk.pkce));
        assertFalse(server.accepts(issued.refreshToken()));
        assertError("invalid_grant", client.refresh(issued.accessToken()));
        assertError("invalid_grant", client.redeem(issued.refreshToken(), walk.pkce));
    }

    @Test
    @DisplayName("H9 B4: confidential clients, by Basic and by post")
    void confidential_clients() {
        for (Kind kind : new Kind[] {Kind.BASIC, Kind.POST}) {
            Walk.Issued issued = new Walk(server.client(kind, TestClient.WEB)).tokens();
            assertEquals(200, issued.refresh().status());
        }
    }
}
