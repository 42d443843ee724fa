package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ParseException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Parameters;
import postern.testkit.oauth.Pkce;

import java.net.URI;
import java.util.Map;

/**
 * Rules D6 to D22 and G3: what an authorization request must be, and who is told when it is not.
 */
class AuthorizeRulesTest {
    private static TestAuthorizationServer server;
    private static TestClient loopback;
    private static TestClient web;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        loopback = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        web = server.client(Kind.POST, TestClient.WEB);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawAnswer authorize(TestClient client, String changes) {
        String query =
                client.authorizeFields(Pkce.create())
                        .changed(changes == null ? "" : changes)
                        .encoded();
        return server.wire.get("/oauth/authorize?" + query);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvFileSource(resources = "/authorize-refusals.csv", delimiter = '|', numLinesToSkip = 1)
    void a_program_on_this_computer_is_told(String rule, String when, String changes, String error)
            throws ParseException {
        RawAnswer answer = authorize(loopback, changes);
        assertEquals(303, answer.status(), answer::toString);
        URI location = answer.location().orElseThrow();
        assertTrue(location.toString().startsWith(TestClient.LOOPBACK + "?"), location::toString);
        Map<String, String> parameters = Parameters.ofQuery(location);
        assertEquals(error, parameters.get("error"));
        assertEquals(server.issuer().toString(), parameters.get("iss"));
        assertFalse(parameters.containsKey("code"));
        String description = parameters.get("error_description");
        assertTrue(description.matches("[ !#-\\[\\]-~]+"), description);
        var parsed = AuthorizationErrorResponse.parse(location);
        assertEquals(error, parsed.getErrorObject().getCode());
    }

    @ParameterizedTest(name = "D18 {0}: {1}")
    @CsvFileSource(resources = "/authorize-refusals.csv", delimiter = '|', numLinesToSkip = 1)
    void a_stranger_is_told_only_by_a_link(String rule, String when, String changes, String error) {
        RawAnswer answer = authorize(web, changes);
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("", answer.header("Location"));
        assertTrue(
                answer.body().contains("href=\"" + TestClient.WEB + "?error=" + error + "&amp;"));
    }

    @ParameterizedTest(name = "{0}: {1} gets our page")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    D1 | client_id missing | -client_id | client_id is missing
                    D1 | client_id empty | client_id= | client_id is missing
                    D1 | client_id unknown | client_id=unknown | has forgotten it
                    D1 | client_id repeated | +client_id=x | client_id was sent more than once
                    D2 | redirect_uri repeated | +redirect_uri=x | redirect_uri was sent more than once
                    D2 | redirect_uri other | redirect_uri=https://evil.example | registered addresses
                    D2 | redirect_uri malformed | redirect_uri=:: | registered addresses
                    """)
    void gets_our_page(String rule, String when, String changes, String text) {
        RawAnswer answer = authorize(loopback, changes);
        assertEquals(400, answer.status());
        assertEquals("", answer.header("Location"));
        assertTrue(answer.body().contains(text), answer::body);
    }

    @Test
    @DisplayName("D2: without redirect_uri the only registered one counts, of several none")
    void redirect_uri_may_be_left_out() {
        assertEquals(200, authorize(loopback, "-redirect_uri").status());
        TestClient two = server.client(Kind.PUBLIC, TestClient.LOOPBACK, TestClient.WEB);
        assertEquals(400, authorize(two, "-redirect_uri").status());
    }

    @ParameterizedTest(name = "{0}: {1} is accepted")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    D10 | resource twice, the same | +resource={resource}
                    D11 | unknown parameter | +foo=bar
                    D11 | unknown parameter twice | +foo=bar +foo=baz
                    D12 | empty optional values | scope= response_mode= request= request_uri=
                    D14 | no scope | -scope
                    D14 | scopes in any order | scope=mcp:write%20mcp:read
                    D14 | offline_access is nothing of ours | scope=mcp:read+offline_access
                    D15 | no resource | -resource
                    D17 | response_mode query | response_mode=query
                    """)
    void is_accepted(String rule, String when, String changes) throws ParseException {
        String resource = Wire.encode("x", server.resource()).substring(2);
        String all = changes.replace("{resource}", resource);
        RawAnswer answer = authorize(web, all);
        assertEquals(200, answer.status(), answer::toString);
        // somebody else's reading of RFC 6749, which is stricter than D11
        if (rule.equals("D11")) return;
        AuthorizationRequest.parse(web.authorizeFields(Pkce.create()).changed(all).encoded());
    }

    @ParameterizedTest(name = "D13: the state {0} comes back as it was")
    @ValueSource(
            strings = {
                "x",
                " ",
                "+",
                "%",
                "%20",
                "a&b=c",
                "\"'<>",
                "é😀",
                "a\r\nX-Evil: 1",
                "\t",
                "{}",
                "#x"
            })
    void state_comes_back(String state) {
        assertEquals(state, denied(state).get("state"));
    }

    @Test
    @DisplayName("D12 D13: none, an empty and a very long state")
    void state_lengths() {
        assertFalse(denied(null).containsKey("state"));
        assertFalse(denied("").containsKey("state"));
        String longest = "x".repeat(2048);
        assertEquals(longest, denied(longest).get("state"));
        assertEquals(303, authorize(loopback, "state=" + longest + "y").status());
    }

    /** What the client gets when the person says no (E8). */
    private static Map<String, String> denied(String state) {
        var walk = new Walk(web);
        Page consent = walk.consentPage("state", state);
        Page answer = walk.submit(consent.form(), Map.of(), "deny");
        assertEquals(303, answer.status());
        assertTrue(answer.location().toString().startsWith(TestClient.WEB + "?"));
        Map<String, String> parameters = Parameters.ofQuery(answer.location());
        assertEquals("access_denied", parameters.get("error"));
        assertEquals(server.issuer().toString(), parameters.get("iss"));
        return parameters;
    }

    @Test
    @DisplayName("D19 D20: no CORS here, OPTIONS and POST are 405, HEAD begins nothing")
    void methods() {
        String target = loopback.authorize(Pkce.create());
        RawAnswer get = server.wire.get(target, "Origin", "https://app.example");
        assertEquals("", get.header("Access-Control-Allow-Origin"));
        assertEquals(405, server.wire.send("OPTIONS", target, "").status());
        assertEquals(405, server.wire.formBody("/oauth/authorize", "x=y").status());
        RawAnswer head = server.wire.send("HEAD", target, "");
        assertEquals(200, head.status());
        assertEquals("", head.header("Set-Cookie"));
    }

    @Test
    @DisplayName("D15: the grant is for the resource that was asked for, the default without one")
    void resource_is_bound() {
        String second = server.parts.config().resources().get(1);
        Walk.Issued issued = new Walk(loopback).tokens("resource", second);
        assertFalse(server.accepts(issued.accessToken()));
        assertTrue(server.parts.tokenCheck().check(issued.accessToken(), second).isPresent());
        assertTrue(server.accepts(new Walk(loopback).tokens("resource", null).accessToken()));
    }
}
