package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;

import java.util.List;

/** Rules H1 to H18: what holds for every request to the token endpoint. */
class TokenRulesTest {
    private static final String PATH = "/oauth/token";
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

    private static void assertRefused(int status, String error, RawAnswer answer) throws Exception {
        assertEquals(status, answer.status(), answer::toString);
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("no-store", answer.header("Cache-Control"));
        assertEquals("*", answer.header("Access-Control-Allow-Origin"));
        assertEquals(error, answer.json().path("error").asText());
        String description = answer.json().path("error_description").asText();
        assertTrue(description.matches("[ !#-\\[\\]-~]+"), description);
        // somebody else's reading of RFC 6749 section 5.2
        var response = new HTTPResponse(answer.status());
        response.setHeader("Content-Type", "application/json");
        response.setBody(answer.body());
        assertEquals(error, TokenErrorResponse.parse(response).getErrorObject().getCode());
    }

    @ParameterizedTest(name = "H1: {0} is 405 with Allow")
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD", "PATCH"})
    void only_post(String method) {
        RawAnswer answer = server.wire.send(method, PATH + "?grant_type=refresh_token", "");
        assertEquals(405, answer.status());
        assertTrue(answer.header("Allow").contains("POST"));
    }

    @ParameterizedTest(name = "H2: the media type {0} is refused")
    @ValueSource(
            strings = {
                "application/json",
                "multipart/form-data; boundary=x",
                "text/plain",
                "application/json, application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded, application/json",
                "application/x-www-form-urlencodedx"
            })
    void media_type(String type) throws Exception {
        String body = client.refreshFields("x").encoded();
        assertRefused(
                400, "invalid_request", server.wire.send("POST", PATH, body, "Content-Type", type));
    }

    @Test
    @DisplayName("H2: any case and parameters are fine, none is not")
    void media_type_shape() throws Exception {
        String body = client.refreshFields("x").encoded();
        String type = "Application/X-WWW-Form-URLencoded; charset=UTF-8";
        RawAnswer fine = server.wire.send("POST", PATH, body, "Content-Type", type);
        assertRefused(400, "invalid_grant", fine);
        assertRefused(400, "invalid_request", server.wire.send("POST", PATH, body));
    }

    @Test
    @DisplayName("H3: parameters in the query are not read")
    void query_is_not_read() throws Exception {
        String query = client.refreshFields("x").encoded();
        assertRefused(400, "invalid_request", server.wire.formBody(PATH + "?" + query, "a=b"));
        TestClient post = server.client(Kind.POST, TestClient.WEB);
        RawAnswer secretInQuery =
                server.wire.formBody(
                        PATH + "?client_secret=" + post.secret(),
                        post.refreshFields("x").changed("-client_secret").encoded());
        assertRefused(401, "invalid_client", secretInQuery);
    }

    @ParameterizedTest(name = "{0}: {1} -> {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    H4 | grant_type twice     | +grant_type=refresh_token | invalid_request
                    H4 | client_id twice      | +client_id=x              | invalid_request
                    H4 | refresh_token twice  | +refresh_token=           | invalid_request
                    H4 | scope twice          | +scope=a +scope=a         | invalid_request
                    H4 | secret twice         | +client_secret= +client_secret= | invalid_request
                    H5 | grant_type empty     | grant_type=               | invalid_request
                    H5 | secret empty is none | client_secret=            | invalid_grant
                    H6 | unknown parameter    | +foo=1 +foo=2             | invalid_grant
                    H7 | no grant_type        | -grant_type               | invalid_request
                    H7 | password             | grant_type=password       | unsupported_grant_type
                    H7 | client_credentials   | grant_type=client_credentials | unsupported_grant_type
                    H7 | implicit             | grant_type=implicit       | unsupported_grant_type
                    H7 | another case         | grant_type=Refresh_Token  | unsupported_grant_type
                    H7 | jwt-bearer | grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer \
                    | unsupported_grant_type
                    H7 | device | grant_type=urn:ietf:params:oauth:grant-type:device_code \
                    | unsupported_grant_type
                    H7 | token-exchange | grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
                    | unsupported_grant_type
                    H8 | bad percent encoding | refresh_token=%ZZ         | invalid_request
                    H8 | not UTF-8            | refresh_token=%C3%28      | invalid_request
                    H8 | NUL                  | refresh_token=%00         | invalid_request
                    H8 | surrogate            | refresh_token=%ED%A0%80   | invalid_request
                    J10 | no client_id        | -client_id                | invalid_request
                    """)
    void refuses(String rule, String when, String changes, String error) throws Exception {
        RawAnswer answer = client.post(PATH, client.refreshFields("x").changed(changes));
        assertRefused(400, error, answer);
    }

    @Test
    @DisplayName("H8: too large is 413, too many parameters are 400")
    void limits() throws Exception {
        String large = "x=" + "y".repeat(66_000);
        assertEquals(413, server.wire.formBody(PATH, large).status());
        RawAnswer many =
                server.wire.formBody(
                        PATH, client.refreshFields("x").encoded() + "&a=b".repeat(101));
        assertRefused(400, "invalid_request", many);
    }

    @Test
    @DisplayName("H7: a grant type that the client did not register is unauthorized_client")
    void unregistered_grant_type() throws Exception {
        server.clock().relaxLimits();
        String json =
                """
                {"token_endpoint_auth_method": "none",
                 "redirect_uris": ["http://127.0.0.1:7777/callback"]}
                """;
        String id = server.wire.json("/oauth/register", json).json().path("client_id").asText();
        var plain = new TestClient(server, Kind.PUBLIC, id, null, TestClient.LOOPBACK);
        var walk = new Walk(plain);
        RawAnswer tokens = plain.redeem(walk.code(), walk.pkce);
        assertEquals(200, tokens.status(), tokens::toString);
        assertFalse(tokens.json().has("refresh_token"));
        assertRefused(400, "unauthorized_client", plain.refresh("x"));
    }

    @Test
    @DisplayName("H11: unknown client and wrong secret are told the same, with a challenge")
    void one_answer_for_every_reason() throws Exception {
        TestClient post = server.client(Kind.POST, TestClient.WEB);
        TestClient basic = server.client(Kind.BASIC, TestClient.WEB);
        List<RawAnswer> answers =
                List.of(
                        server.wire.form(PATH, "grant_type", "refresh_token", "client_id", "x"),
                        post.post(PATH, post.refreshFields("x").changed("client_secret=wrong")),
                        basicRequest(TestClient.basic(basic.id(), "wrong"), ""),
                        basicRequest(TestClient.basic("unknown", "wrong"), ""));
        for (RawAnswer answer : answers) {
            assertRefused(401, "invalid_client", answer);
            assertTrue(answer.header("WWW-Authenticate").startsWith("Basic "));
            assertEquals(answers.getFirst().body(), answer.body());
        }
    }

    private static RawAnswer basicRequest(String authorization, String more) {
        String body = "grant_type=refresh_token&refresh_token=x" + more;
        return server.wire.formBody(PATH, body, "Authorization", authorization);
    }

    @Test
    @DisplayName("H12: two mechanisms at once are invalid_request")
    void two_mechanisms() throws Exception {
        TestClient basic = server.client(Kind.BASIC, TestClient.WEB);
        String header = TestClient.basic(basic.id(), basic.secret());
        String secret = "&client_secret=" + basic.secret();
        assertRefused(400, "invalid_request", basicRequest(header, secret));
        assertRefused(400, "invalid_request", basicRequest(header, "&client_assertion=eyJ"));
        assertRefused(400, "invalid_grant", basicRequest(header, ""));
    }

    @ParameterizedTest(name = "H13: Basic with {0} is 401")
    @ValueSource(
            strings = {
                "Basic",
                "Basic ",
                "Basic !",
                "Basic YTpi YTpi",
                "Basic YTpi=",
                "Basic YTp_Yg==",
                "Basic YWI=",
                "Basic  YTpi",
                "basic OmI=",
                "Basic YTpiYw"
            })
    void bad_basic(String header) throws Exception {
        assertRefused(401, "invalid_client", basicRequest(header, ""));
    }

    @Test
    @DisplayName("H13: id and secret are form-decoded, the scheme is read in any case")
    void basic_is_form_decoded() throws Exception {
        TestClient basic = server.client(Kind.BASIC, TestClient.WEB);
        String encoded = "%" + Integer.toHexString(basic.id().charAt(0)) + basic.id().substring(1);
        String header = TestClient.basic(encoded, basic.secret()).replace("Basic", "bAsIc");
        assertRefused(400, "invalid_grant", basicRequest(header, ""));
    }

    @Test
    @DisplayName("H14: Basic names one client and client_id another")
    void two_identities() throws Exception {
        TestClient basic = server.client(Kind.BASIC, TestClient.WEB);
        String header = TestClient.basic(basic.id(), basic.secret());
        assertRefused(400, "invalid_request", basicRequest(header, "&client_id=" + client.id()));
        assertRefused(400, "invalid_grant", basicRequest(header, "&client_id=" + basic.id()));
    }

    @Test
    @DisplayName("H15: the registered method and no other")
    void registered_method() throws Exception {
        TestClient basic = server.client(Kind.BASIC, TestClient.WEB);
        TestClient post = server.client(Kind.POST, TestClient.WEB);
        String refresh = "grant_type=refresh_token&refresh_token=x&client_id=";
        String[] wrong = {
            refresh + client.id() + "&client_secret=x",
            refresh + client.id() + "&client_assertion=eyJ",
            refresh + basic.id() + "&client_secret=" + basic.secret(),
            refresh + basic.id(),
            refresh + post.id()
        };
        for (String body : wrong) {
            assertRefused(401, "invalid_client", server.wire.formBody(PATH, body));
        }
        String header = TestClient.basic(post.id(), post.secret());
        assertRefused(401, "invalid_client", basicRequest(header, ""));
        String publicAsBasic = TestClient.basic(client.id(), "");
        assertRefused(401, "invalid_client", basicRequest(publicAsBasic, ""));
    }

    @Test
    @DisplayName(
            "H18 K7: a preflight lists the fields by name; credentials of browsers never count")
    void cors() {
        for (String path : List.of(PATH, "/oauth/revoke", "/token", "/revoke")) {
            RawAnswer preflight = server.wire.send("OPTIONS", path, "", "Origin", "null");
            assertEquals(204, preflight.status());
            assertEquals("*", preflight.header("Access-Control-Allow-Origin"));
            assertEquals(
                    "Authorization, Content-Type, MCP-Protocol-Version, DPoP",
                    preflight.header("Access-Control-Allow-Headers"));
            assertEquals("POST", preflight.header("Access-Control-Allow-Methods"));
            assertEquals("", preflight.header("Access-Control-Allow-Credentials"));
        }
    }

    @Test
    @DisplayName("H10: the database is down: 503 with Retry-After, as JSON")
    void database_down() {
        try (var other = TestAuthorizationServer.start()) {
            TestClient late = other.client(Kind.PUBLIC, TestClient.LOOPBACK);
            String target = late.authorize(postern.testkit.oauth.Pkce.create());
            other.parts.database().close();
            RawAnswer answer = late.refresh("x");
            assertEquals(503, answer.status(), answer::toString);
            assertEquals("temporarily_unavailable", answer.json().path("error").asText());
            assertEquals("5", answer.header("Retry-After"));
            RawAnswer page = other.wire.get(target);
            assertEquals(503, page.status());
            assertEquals("5", page.header("Retry-After"));
            assertTrue(page.header("Content-Type").startsWith("text/html"));
        }
    }
}
