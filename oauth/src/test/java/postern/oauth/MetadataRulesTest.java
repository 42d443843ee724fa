package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.testkit.http.RawAnswer;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Rules A1 to A15: what clients learn about us. */
class MetadataRulesTest {
    private static final String PATH = "/.well-known/oauth-authorization-server";
    private static final String RESOURCE_PATH = "/.well-known/oauth-protected-resource";
    private static TestAuthorizationServer server;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("A1 A11: one JSON object that may be cached for an hour")
    void one_cacheable_json_object() {
        RawAnswer answer = server.wire.get(PATH);
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("public, max-age=3600", answer.header("Cache-Control"));
        assertTrue(answer.json().isObject());
        RawAnswer head = server.wire.send("HEAD", PATH, "");
        assertEquals(200, head.status());
        assertEquals(answer.header("Content-Length"), head.header("Content-Length"));
        assertEquals(answer.header("Cache-Control"), head.header("Cache-Control"));
        RawAnswer post = server.wire.send("POST", PATH, "");
        assertEquals(405, post.status());
        assertEquals("GET, HEAD, OPTIONS", post.header("Allow"));
    }

    @Test
    @DisplayName("A2 A3: an issuer with a path has its document under the inserted path")
    void issuer_path_is_inserted() {
        Setup setup = Setup.standard().config(MetadataRulesTest::withPath);
        try (var other = TestAuthorizationServer.start(setup)) {
            RawAnswer answer = other.wire.get(PATH + "/p");
            assertEquals(other.issuer().toString(), answer.json().path("issuer").asText());
            assertTrue(other.issuer().toString().endsWith("/p"));
            assertEquals(404, other.wire.get("/p" + PATH).status());
        }
    }

    private static OAuthConfig withPath(OAuthConfig c) {
        return OAuthConfig.standard(URI.create(c.issuer() + "/p"), c.resources());
    }

    @ParameterizedTest(name = "A3: the issuer {0} is refused")
    @ValueSource(strings = {"https://a.example/", "https://a.example?x", "https://a.example#x"})
    void issuer_shape(String issuer) {
        List<String> resources = List.of("https://a.example/mcp");
        URI uri = URI.create(issuer);
        assertThrows(IllegalArgumentException.class, () -> OAuthConfig.standard(uri, resources));
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    A4 | response_types_supported | ["code"]
                    A4 | code_challenge_methods_supported | ["S256"]
                    A5 | response_modes_supported | ["query"]
                    A5 | grant_types_supported | ["authorization_code","refresh_token"]
                    A5 | token_endpoint_auth_methods_supported \
                    | ["none","client_secret_post","client_secret_basic"]
                    A7 | authorization_response_iss_parameter_supported | true
                    """)
    void says(String rule, String member, String value) {
        assertEquals(value, server.wire.get(PATH).json().path(member).toString());
    }

    @Test
    @DisplayName("A6: no empty arrays, and every endpoint that is named is there, on our origin")
    void every_named_endpoint_is_there() {
        JsonNode json = server.wire.get(PATH).json();
        var endpoints = new ArrayList<String>();
        json.properties()
                .forEach(member -> {
                    assertFalse(member.getValue().isArray() && member.getValue().isEmpty());
                    if (member.getKey().endsWith("_endpoint")) {
                        endpoints.add(member.getValue().asText());
                    }
                });
        assertEquals(4, endpoints.size());
        for (String endpoint : endpoints) {
            assertTrue(endpoint.startsWith(server.issuer() + "/oauth/"));
            String path = URI.create(endpoint).getPath();
            String method = path.endsWith("authorize") ? "GET" : "POST";
            assertEquals(400, server.wire.send(method, path, "").status(), endpoint);
        }
    }

    @ParameterizedTest(name = "A9: {0} does not get into the document")
    @ValueSource(strings = {"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL"})
    void request_headers_change_nothing(String header) {
        RawAnswer changed = server.wire.get(PATH, header, "host=evil.test;proto=https");
        assertEquals(server.wire.get(PATH).body(), changed.body());
    }

    @Test
    @DisplayName("A9: another Host or an absolute target is refused")
    void another_host_is_refused() {
        String other = "GET " + PATH + " HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n";
        assertTrue(server.wire.raw(other).startsWith("HTTP/1.1 421 "));
        String absolute =
                "GET http://evil.test"
                        + PATH
                        + " HTTP/1.1\r\nHost: "
                        + server.wire.authority()
                        + "\r\nConnection: close\r\n\r\n";
        assertTrue(server.wire.raw(absolute).startsWith("HTTP/1.1 400 "));
    }

    @Test
    @DisplayName("A10: not an OpenID provider, said by 404 and not by a page")
    void openid_configuration_is_404() {
        RawAnswer answer = server.wire.get("/.well-known/openid-configuration");
        assertEquals(404, answer.status());
        assertFalse(answer.header("Content-Type").startsWith("text/html"));
    }

    @Test
    @DisplayName("A11: needs no database")
    void works_with_the_database_down() {
        try (var other = TestAuthorizationServer.start()) {
            other.parts.database().close();
            assertEquals(200, other.wire.get(PATH).status());
            assertEquals(200, other.wire.get(RESOURCE_PATH).status());
        }
    }

    @ParameterizedTest(name = "A12: a browser may read {0} from any page")
    @ValueSource(strings = {PATH, RESOURCE_PATH, RESOURCE_PATH + "/mcp"})
    void cors(String path) {
        RawAnswer get = server.wire.get(path, "Origin", "https://app.example");
        assertEquals("*", get.header("Access-Control-Allow-Origin"));
        RawAnswer preflight =
                server.wire.send(
                        "OPTIONS",
                        path,
                        "",
                        "Origin",
                        "https://app.example",
                        "Access-Control-Request-Method",
                        "GET",
                        "Access-Control-Request-Headers",
                        "mcp-protocol-version");
        assertEquals(204, preflight.status());
        assertEquals("MCP-Protocol-Version", preflight.header("Access-Control-Allow-Headers"));
        assertEquals("", preflight.header("Access-Control-Allow-Credentials"));
    }

    @Test
    @DisplayName("A13 A14: each endpoint has its document, derived from its URL")
    void each_endpoint_has_its_document() {
        for (String resource : server.parts.config().resources()) {
            String path = URI.create(resource).getPath();
            JsonNode json = server.wire.get(RESOURCE_PATH + path).json();
            assertEquals(resource, json.path("resource").asText());
            assertEquals(server.issuer().toString(), json.at("/authorization_servers/0").asText());
            assertEquals("[\"header\"]", json.path("bearer_methods_supported").toString());
            assertNotEquals("", json.path("scopes_supported").toString());
            assertFalse(json.path("scopes_supported").toString().contains("offline_access"));
        }
        String root = server.wire.get(RESOURCE_PATH).json().path("resource").asText();
        assertEquals(server.resource(), root);
    }

    @ParameterizedTest(name = "A15: {0} has no document")
    @ValueSource(strings = {"/mcp/", "/mcp/third", "/mcp2", "/MCP", "//mcp", "/%6dcp"})
    void unknown_resource(String path) {
        assertEquals(404, server.wire.get(RESOURCE_PATH + path).status());
    }
}
