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
import org.junit.jupiter.params.provider.MethodSource;

import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.util.List;
import java.util.stream.Stream;

/**
 * Rules D21 to D23 and E10: what pages carry, and that nothing of a stranger gets into them raw.
 */
class PageSafetyTest {
    private static final String CANARY = "\"'><script>alert(1)</script>{}&lt;`";
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

    static Stream<String> pages() {
        return Stream.of(
                "GET " + client.authorize(Pkce.create()),
                "GET /oauth/authorize",
                "GET /oauth/authorize?client_id=%C3%28",
                "GET /oauth/authorize?" + "a=b&".repeat(1_000),
                "GET /oauth/consent",
                "GET /oauth/callback",
                "GET /oauth/callback?state=x&code=y",
                "POST /oauth/consent",
                "POST /oauth/authorize",
                "PUT /oauth/consent",
                "DELETE /oauth/callback");
    }

    @ParameterizedTest(name = "D22: {0}")
    @MethodSource
    void pages(String request) {
        RawAnswer page = server.wire.send(request.split(" ", 2)[0], request.split(" ", 2)[1], "");
        assertEquals("text/html; charset=utf-8", page.header("Content-Type"));
        assertEquals("no-store", page.header("Cache-Control"));
        assertEquals("no-referrer", page.header("Referrer-Policy"));
        assertEquals("DENY", page.header("X-Frame-Options"));
        assertEquals("nosniff", page.header("X-Content-Type-Options"));
        String policy = page.header("Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'none'; style-src 'sha256-"), policy);
        assertTrue(policy.contains("; frame-ancestors 'none'; form-action 'self'"), policy);
        assertTrue(page.status() < 500);
    }

    static Stream<String> names() {
        return Stream.of(
                "response_type",
                "client_id",
                "redirect_uri",
                "state",
                "scope",
                "code_challenge",
                "code_challenge_method",
                "resource",
                "response_mode",
                "request",
                "request_uri",
                "foo");
    }

    @ParameterizedTest(name = "D23: the canary in {0} stays text")
    @MethodSource("names")
    void canary_in_a_parameter(String name) {
        TestClient web = server.client(Kind.PUBLIC, TestClient.WEB);
        for (TestClient each : List.of(client, web)) {
            RawAnswer answer = server.wire.get(each.authorize(Pkce.create(), name, CANARY));
            assertFalse(answer.body().contains("<script"), answer::body);
            assertTrue(answer.status() < 500, answer::toString);
        }
        RawAnswer split =
                server.wire.get(
                        client.authorize(
                                Pkce.create(), name, "x\r\nSet-Cookie: evil=1\r\n\r\n<script"));
        assertFalse(split.headers().allValues("Set-Cookie").toString().contains("evil"));
        assertFalse(split.body().contains("<script"));
    }

    @Test
    @DisplayName("D23: the canary in headers, form fields and paths stays text")
    void canary_elsewhere() {
        RawAnswer headers =
                server.wire.get(
                        client.authorize(Pkce.create()),
                        "User-Agent",
                        CANARY,
                        "Referer",
                        CANARY,
                        "Cookie",
                        "x=" + CANARY);
        assertFalse(headers.body().contains("<script"));
        RawAnswer form =
                server.wire.form(
                        "/oauth/consent",
                        "transaction",
                        CANARY,
                        "form_token",
                        CANARY,
                        "decision",
                        CANARY);
        assertEquals(403, form.status());
        assertFalse(form.body().contains("<script"));
        RawAnswer callback =
                server.wire.get("/oauth/callback?" + Wire.encode("state", CANARY, "error", CANARY));
        assertFalse(callback.body().contains("<script"));
        RawAnswer path = server.wire.get("/oauth/%3Cscript%3Ealert(1)%3C/script%3E");
        assertEquals(404, path.status());
        assertFalse(path.body().contains("script"));
    }

    @Test
    @DisplayName("D23 B15: the canary as the name of a client stays text")
    void canary_as_client_name() {
        server.clock().relaxLimits();
        String json =
                """
                {"client_name": "<script>alert(1)</script>\\"'&{}",
                 "token_endpoint_auth_method": "none",
                 "redirect_uris": ["https://client.example/callback"]}
                """;
        String id = server.wire.json("/oauth/register", json).json().path("client_id").asText();
        var named = new TestClient(server, Kind.PUBLIC, id, null, TestClient.WEB);
        String body = server.wire.get(named.authorize(Pkce.create())).body();
        assertFalse(body.contains("<script"));
        assertTrue(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;{}"), body);
    }

    @ParameterizedTest(name = "E10: {0} -> form-action {1}")
    @CsvSource({
        "https://client.example/callback, https://client.example",
        "https://client.example:8443/callback, https://client.example:8443",
        "http://127.0.0.1:7777/callback, http://127.0.0.1:7777",
        "http://[::1]:7777/callback, http:"
    })
    void form_action(String redirectUri, String source) {
        TestClient other = server.client(Kind.PUBLIC, redirectUri);
        RawAnswer page = server.wire.get(other.authorize(Pkce.create()));
        String policy = page.header("Content-Security-Policy");
        assertTrue(policy.endsWith("; form-action 'self' " + source), policy);
    }
}
