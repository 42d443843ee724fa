package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Rules B1 to B22: dynamic registration, RFC 7591. */
class RegistrationRulesTest {
    private static final String URIS = "\"redirect_uris\":[\"https://client.example/cb\"]";
    private static TestAuthorizationServer server;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawAnswer register(String json) {
        server.clock().relaxLimits();
        return server.wire.json("/oauth/register", json);
    }

    @Test
    @DisplayName("B1 B2 B3 B5 B17 B21: defaults are filled in and echoed, the unknown is not")
    void defaults_are_echoed() {
        RawAnswer answer =
                register(
                        "{"
                                + URIS
                                + ",\"client_name\":\"Ä client\",\"application_type\":\"web\","
                                + "\"client_id\":\"mine\",\"nonsense\":{\"a\":1}}");
        assertEquals(201, answer.status(), answer::toString);
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("no-store", answer.header("Cache-Control"));
        JsonNode json = answer.json();
        var names = new TreeSet<String>();
        json.fieldNames().forEachRemaining(names::add);
        assertEquals(
                Set.of(
                        "client_id",
                        "client_id_issued_at",
                        "client_name",
                        "client_secret",
                        "client_secret_expires_at",
                        "grant_types",
                        "redirect_uris",
                        "response_types",
                        "token_endpoint_auth_method"),
                names);
        assertEquals("[\"authorization_code\"]", json.path("grant_types").toString());
        assertEquals("[\"code\"]", json.path("response_types").toString());
        assertEquals("client_secret_basic", json.path("token_endpoint_auth_method").asText());
        assertTrue(json.path("client_secret_expires_at").isIntegralNumber());
        assertEquals(
                server.clock().instant().getEpochSecond(),
                json.path("client_id_issued_at").asLong());
        assertTrue(json.path("client_secret").asText().matches("[A-Za-z0-9_-]{43,}"));
        assertTrue(json.path("client_id").asText().matches("[A-Za-z0-9_-]{22,}"));
    }

    @Test
    @DisplayName("B4: a public client has no secret")
    void public_client_has_no_secret() {
        RawAnswer answer = register("{" + URIS + ",\"token_endpoint_auth_method\":\"none\"}");
        assertEquals(201, answer.status());
        assertFalse(answer.json().has("client_secret"));
        assertFalse(answer.json().has("client_secret_expires_at"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            textBlock =
                    """
                    B6 | implicit only | {URIS,"grant_types":["implicit"]} | invalid_client_metadata
                    B6 | token response | {URIS,"response_types":["token"]} | invalid_client_metadata
                    B6 | jwt auth | {URIS,"token_endpoint_auth_method":"private_key_jwt"} \
                    | invalid_client_metadata
                    B6 | refresh only | {URIS,"grant_types":["refresh_token"]} | invalid_client_metadata
                    B7 | no redirect_uris | {} | invalid_redirect_uri
                    B7 | empty redirect_uris | {"redirect_uris":[]} | invalid_redirect_uri
                    B12 | not JSON | nonsense | invalid_client_metadata
                    B12 | array | [] | invalid_client_metadata
                    B12 | scalar | 1 | invalid_client_metadata
                    B12 | empty | | invalid_client_metadata
                    B12 | duplicate keys | {URIS,URIS} | invalid_client_metadata
                    B12 | trailing text | {URIS} x | invalid_client_metadata
                    B13 | string for array | {"redirect_uris":"https://a.example"} \
                    | invalid_client_metadata
                    B13 | number in array | {"redirect_uris":[1]} | invalid_client_metadata
                    B13 | null in array | {"redirect_uris":[null]} | invalid_client_metadata
                    B13 | nested array | {"redirect_uris":[["https://a.example/"]]} \
                    | invalid_client_metadata
                    B13 | object for name | {URIS,"client_name":{}} | invalid_client_metadata
                    B13 | string for grants | {URIS,"grant_types":"authorization_code"} \
                    | invalid_client_metadata
                    B13 | null in grants | {URIS,"grant_types":["authorization_code",null]} \
                    | invalid_client_metadata
                    B15 | client_uri javascript | {URIS,"client_uri":"javascript:alert(1)"} \
                    | invalid_client_metadata
                    B15 | logo_uri http | {URIS,"logo_uri":"http://169.254.169.254/"} \
                    | invalid_client_metadata
                    B15 | tos_uri loopback | {URIS,"tos_uri":"http://localhost/"} \
                    | invalid_client_metadata
                    B15 | policy_uri user | {URIS,"policy_uri":"https://a@b.example/"} \
                    | invalid_client_metadata
                    B15 | logo in a language | {URIS,"logo_uri#de":"data:image/png;base64,"} \
                    | invalid_client_metadata
                    B15 | direction override | {URIS,"client_name":"a\\u202eb"} \
                    | invalid_client_metadata
                    B15 | control in name | {URIS,"client_name":"a\\u0007b"} | invalid_client_metadata
                    """)
    void registration_refuses(String rule, String when, String body, String error) {
        String json = body == null ? "" : body.replace("URIS", URIS);
        RawAnswer answer = register(json);
        assertEquals(400, answer.status(), answer::toString);
        assertEquals(error, answer.json().path("error").asText());
        assertEquals("no-store", answer.header("Cache-Control"));
    }

    @Test
    @DisplayName("B12: too deep is 400, too large is 413, not UTF-8 is 400")
    void depth_and_size() {
        String deep = "{" + URIS + ",\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        assertEquals(400, register(deep).status());
        String large = "{" + URIS + ",\"x\":\"" + "y".repeat(17_000) + "\"}";
        assertEquals(413, register(large).status());
        assertEquals("application/json", register(large).header("Content-Type"));
        RawAnswer text =
                server.wire.send("POST", "/oauth/register", "{}", "Content-Type", "text/plain");
        assertEquals(400, text.status());
    }

    @Test
    @DisplayName("B13: a member that is null is the same as none")
    void null_member_is_absent() {
        RawAnswer answer =
                register("{" + URIS + ",\"client_uri\":null,\"client_name\":null,\"scope\":null}");
        assertEquals(201, answer.status(), answer::toString);
    }

    @Test
    @DisplayName("B14: a software statement proves nothing and is ignored")
    void software_statement_is_ignored() {
        RawAnswer answer =
                register("{" + URIS + ",\"software_statement\":\"eyJhbGciOiJub25lIn0.e30.\"}");
        assertEquals(201, answer.status());
        assertFalse(answer.json().has("software_statement"));
    }

    @Test
    @DisplayName("B15: a name has at most 100 characters")
    void name_length() {
        String name = "😀".repeat(100);
        assertEquals(201, register("{" + URIS + ",\"client_name\":\"" + name + "\"}").status());
        assertEquals(400, register("{" + URIS + ",\"client_name\":\"" + name + "x\"}").status());
    }

    @Test
    @DisplayName("B18: the 11th registration within a minute is 429 with Retry-After")
    void rate_limit() {
        server.clock().relaxLimits();
        for (int i = 0; i < 10; i++) {
            assertEquals(201, server.wire.json("/oauth/register", "{" + URIS + "}").status());
        }
        RawAnswer refused = server.wire.json("/oauth/register", "{" + URIS + "}");
        assertEquals(429, refused.status());
        assertEquals("6", refused.header("Retry-After"));
        assertEquals("*", refused.header("Access-Control-Allow-Origin"));
    }

    @Test
    @DisplayName("B18 B19: unused for a day is forgotten, used is kept for ever")
    void unused_is_forgotten() {
        TestClient unused = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        TestClient used = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        var walk = new Walk(used);
        walk.tokens();
        server.clock().advance(Duration.ofHours(25));
        server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        RawAnswer page = server.wire.get(unused.authorize(Pkce.create()));
        assertEquals(400, page.status());
        assertTrue(page.body().contains("has forgotten it"));
        RawAnswer token = unused.refresh("x");
        assertEquals(401, token.status());
        assertEquals("invalid_client", token.json().path("error").asText());
        assertEquals(200, server.wire.get(used.authorize(Pkce.create())).status());
    }

    @Test
    @DisplayName("B18: consent without a sign-in does not keep a registration for ever")
    void consent_alone_is_no_use() {
        TestClient client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        var walk = new Walk(client);
        assertEquals(303, walk.allow(walk.consentPage()).status());
        server.clock().advance(Duration.ofHours(25));
        server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        assertEquals(400, server.wire.get(client.authorize(Pkce.create())).status());
    }

    @Test
    @DisplayName("B18: one caller cannot fill the table of transactions")
    void authorize_is_limited() {
        TestClient client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        String target = client.authorize(Pkce.create());
        for (int i = 0; i < 600; i++) assertEquals(200, server.wire.get(target).status());
        assertEquals(429, server.wire.get(target).status());
    }

    @Test
    @DisplayName("B18: a registration that is shared and handed out again is not purged at once")
    void shared_registration_is_renewed() {
        String json =
                "{" + URIS + ",\"token_endpoint_auth_method\":\"none\",\"client_name\":\"r\"}";
        String id = register(json).json().path("client_id").asText();
        server.clock().advance(Duration.ofHours(23));
        assertEquals(id, register(json).json().path("client_id").asText());
        server.clock().advance(Duration.ofHours(2));
        server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        assertEquals(id, register(json).json().path("client_id").asText());
    }

    @Test
    @DisplayName("B22: parallel registrations get ids of their own; secrets are never shared")
    void parallel_registrations() {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 100)
                .parallel()
                .forEach(i -> ids.add(server.client(Kind.POST, TestClient.WEB).id()));
        assertEquals(100, ids.size());
        String json = "{" + URIS + ",\"client_name\":\"same\"}";
        assertNotEquals(
                register(json).json().path("client_id"), register(json).json().path("client_id"));
    }

    @Test
    @DisplayName("B22: GET is 405 with Allow, a preflight is 204")
    void methods() {
        RawAnswer get = server.wire.get("/oauth/register");
        assertEquals(405, get.status());
        assertTrue(get.header("Allow").contains("POST"));
        RawAnswer preflight = server.wire.send("OPTIONS", "/oauth/register", "");
        assertEquals(204, preflight.status());
        assertEquals("*", preflight.header("Access-Control-Allow-Origin"));
    }
}
