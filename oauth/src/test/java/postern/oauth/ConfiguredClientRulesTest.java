package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.fetch.FetchFailed;
import postern.oauth.TestClient.Kind;
import postern.oauth.client.ClientConfig;
import postern.oauth.client.ClientsFile;
import postern.oauth.client.DocumentPolicy;
import postern.oauth.client.RegistrationPolicy;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;

/** Clients and resource servers of the operator's file: rules D18, H16, H17 and L1 to L6. */
class ConfiguredClientRulesTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String OTHER_SECRET = "fedcba9876543210fedcba9876543210";
    private static final String PINNED = "https://pinned.example/client.json";
    private static TestAuthorizationServer server;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server =
                TestAuthorizationServer.start(
                        Setup.standard().clients(config -> config(config, folder)));
    }

    private static ClientConfig config(OAuthConfig config, Path folder) {
        try {
            Path file = folder.resolve("clients.json");
            String json =
                    """
                    {"clients": [
                      {"client_id": "web", "client_name": "Web", "redirect_uris": ["https://web.example/cb"],
                       "client_secret": "SECRET", "token_endpoint_auth_method": "client_secret_post"},
                      {"client_id": "PINNED", "client_name": "Pinned",
                       "redirect_uris": ["https://pinned.example/cb"]}
                     ],
                     "resource_servers": [
                      {"id": "first", "secret": "SECRET", "resource": "RESOURCE"},
                      {"id": "second", "secret": "OTHER", "resource": "RESOURCE/second"}
                     ]}
                    """;
            Files.writeString(
                    file,
                    json.replace("SECRET", SECRET)
                            .replace("OTHER", OTHER_SECRET)
                            .replace("PINNED", PINNED)
                            .replace("RESOURCE", config.defaultResource()));
            return new ClientConfig(
                    DocumentPolicy.OPEN,
                    url -> {
                        throw new FetchFailed("nobody should ask");
                    },
                    new RegistrationPolicy.Open(),
                    ClientsFile.read(file, Set.copyOf(config.resources())));
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void relax() {
        server.clock().relaxLimits();
    }

    private static TestClient web() {
        return new TestClient(server, Kind.POST, "web", SECRET, "https://web.example/cb");
    }

    private static RawAnswer introspect(String id, String secret, String token) {
        String pair = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes());
        return server.wire.formBody(
                "/oauth/introspect", "token=" + token, "Authorization", "Basic " + pair);
    }

    private static void assertInactive(RawAnswer answer) {
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("{\"active\":false}", answer.body());
    }

    @Test
    @DisplayName("a configured client signs people in with its secret, and not without")
    void whole_flow() {
        TestClient web = web();
        Walk.Issued issued = new Walk(web).tokens();
        assertEquals(200, issued.refresh().status());
        assertEquals(401, web.refresh(issued.refreshToken(), "client_secret", "x").status());
        assertEquals(401, web.refresh(issued.refreshToken(), "client_secret", null).status());
    }

    @Test
    @DisplayName("D18: a configured client gets errors by redirect before consent")
    void errors_by_redirect() {
        RawAnswer answer = server.wire.get(web().authorize(Pkce.create(), "scope", "x"));
        assertEquals(303, answer.status());
        assertTrue(answer.header("Location").startsWith("https://web.example/cb?error="));
    }

    @Test
    @DisplayName("the operator can pin a document: nothing is fetched")
    void pinned_document() {
        var pinned = new TestClient(server, Kind.PUBLIC, PINNED, null, "https://pinned.example/cb");
        assertEquals(200, server.wire.get(pinned.authorize(Pkce.create())).status());
    }

    @Test
    @DisplayName("H16: the 11th failure of a client and a caller is 429, others are unaffected")
    void failures_are_limited() {
        TestClient victim = server.client(Kind.POST, TestClient.WEB);
        TestClient other = server.client(Kind.POST, TestClient.WEB);
        for (int i = 0; i < 10; i++) {
            assertEquals(401, victim.refresh("x", "client_secret", "wrong" + i).status());
        }
        RawAnswer limited = victim.refresh("x", "client_secret", "wrong");
        assertEquals(429, limited.status());
        assertFalse(limited.header("Retry-After").isEmpty());
        assertEquals(429, victim.refresh("x").status(), "not even the right secret");
        assertEquals(429, victim.revoke("x").status());
        assertEquals(400, other.refresh("x").status());
        server.clock().relaxLimits();
        assertEquals(400, victim.refresh("x").status());
    }

    @Test
    @DisplayName("B19, H16: an unknown id is 401 however often, so that its client registers anew")
    void unknown_ids_are_always_told_so() {
        for (int i = 0; i < 12; i++) assertEquals(401, unknown("purged").status());
        for (int i = 0; i < 12; i++) assertEquals(401, unknown("u" + i).status());
        RawAnswer answer = unknown("purged");
        assertEquals(401, answer.status());
        assertEquals("invalid_client", answer.json().path("error").asText());
    }

    @Test
    @DisplayName("H16: nobody shuts a public client out by failing in its name")
    void public_clients_are_not_shut_out() {
        TestClient known = server.client(Kind.PUBLIC, TestClient.WEB);
        for (int i = 0; i < 12; i++) known.refresh("x", "client_secret", "wrong");
        assertEquals(401, known.refresh("x", "client_secret", "wrong").status());
        assertEquals(400, known.refresh("x").status());
    }

    private static RawAnswer unknown(String id) {
        return new TestClient(server, Kind.POST, id, "x", TestClient.WEB).refresh("x");
    }

    @Test
    @DisplayName("H17: an unknown id and a wrong secret get the same answer")
    void same_answer() {
        RawAnswer wrong = web().refresh("x", "client_secret", "wrong");
        RawAnswer unknown = unknown("nobody");
        assertEquals(wrong.status(), unknown.status());
        assertEquals(wrong.body(), unknown.body());
        assertEquals(wrong.header("WWW-Authenticate"), unknown.header("WWW-Authenticate"));
    }

    @Test
    @DisplayName("L1: no or wrong credentials are 401 with a challenge, clients never count")
    void introspection_credentials() {
        TestClient client = server.client(Kind.POST, TestClient.WEB);
        for (RawAnswer refused :
                new RawAnswer[] {
                    server.wire.formBody("/oauth/introspect", "token=x"),
                    server.wire.formBody("/oauth/introspect", "token=x&client_id=first"),
                    introspect("first", "wrong", "x"),
                    introspect("first", OTHER_SECRET, "x"),
                    introspect("nobody", SECRET, "x"),
                    introspect("web", SECRET, "x"),
                    introspect(client.id(), client.secret(), "x")
                }) {
            assertEquals(401, refused.status());
            assertTrue(refused.header("WWW-Authenticate").startsWith("Basic"));
            assertEquals("invalid_client", refused.json().path("error").asText());
        }
    }

    @Test
    @DisplayName("L2 L3: the own resource's token is told about, every other is inactive only")
    void introspection() {
        Walk.Issued issued = new Walk(web()).tokens();
        RawAnswer answer = introspect("first", SECRET, issued.accessToken());
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("no-store", answer.header("Cache-Control"));
        assertEquals("", answer.header("Access-Control-Allow-Origin"));
        JsonNode json = answer.json();
        var names = new TreeSet<String>();
        json.fieldNames().forEachRemaining(names::add);
        assertEquals(
                Set.of(
                        "active",
                        "scope",
                        "client_id",
                        "sub",
                        "aud",
                        "iss",
                        "exp",
                        "iat",
                        "token_type"),
                names);
        assertTrue(json.path("active").isBoolean() && json.path("active").booleanValue());
        assertEquals("web", json.path("client_id").asText());
        assertEquals(server.resource(), json.path("aud").asText());
        assertEquals(server.issuer().toString(), json.path("iss").asText());
        assertEquals(server.clock().instant().getEpochSecond(), json.path("iat").asLong());
        assertEquals(3600, json.path("exp").asLong() - json.path("iat").asLong());

        assertInactive(introspect("second", OTHER_SECRET, issued.accessToken()));
        assertInactive(introspect("first", SECRET, issued.refreshToken()));
        assertInactive(introspect("first", SECRET, "nonsense"));
        server.clock().advance(Duration.ofHours(2));
        assertInactive(introspect("first", SECRET, issued.accessToken()));
    }

    @Test
    @DisplayName("L2: a token of an ended grant is inactive")
    void introspection_after_the_end() {
        TestClient web = web();
        Walk.Issued issued = new Walk(web).tokens();
        web.revoke(issued.refreshToken());
        assertInactive(introspect("first", SECRET, issued.accessToken()));
    }

    @Test
    @DisplayName("L4 L6: POST only, no preflight, failures are limited")
    void introspection_limits() {
        assertEquals(405, server.wire.get("/oauth/introspect").status());
        assertEquals(405, server.wire.send("OPTIONS", "/oauth/introspect", "").status());
        assertEquals(
                400,
                server.wire
                        .formBody(
                                "/oauth/introspect",
                                "token=x&token=y",
                                "Authorization",
                                TestClient.basic("first", SECRET))
                        .status());
        for (int i = 0; i < 10; i++) assertEquals(401, introspect("first", "w" + i, "x").status());
        RawAnswer limited = introspect("first", SECRET, "x");
        assertEquals(429, limited.status());
        assertFalse(limited.header("Retry-After").isEmpty());
        assertInactive(introspect("second", OTHER_SECRET, "x"));
    }

    @Test
    @DisplayName("L4: a secret in the body serves too, two ways at once do not")
    void posted_secret() {
        String posted = "token=x&client_id=first&client_secret=" + SECRET;
        assertInactive(server.wire.formBody("/oauth/introspect", posted));
        RawAnswer two =
                server.wire.formBody(
                        "/oauth/introspect",
                        posted,
                        "Authorization",
                        TestClient.basic("first", SECRET));
        assertEquals(400, two.status());
    }

    @Test
    @DisplayName("A6: introspection is advertised where it is there")
    void metadata() {
        JsonNode json = server.wire.get("/.well-known/oauth-authorization-server").json();
        assertEquals(
                server.issuer() + "/oauth/introspect",
                json.path("introspection_endpoint").asText());
        assertEquals(
                "[\"client_secret_basic\",\"client_secret_post\"]",
                json.path("introspection_endpoint_auth_methods_supported").toString());
    }
}
