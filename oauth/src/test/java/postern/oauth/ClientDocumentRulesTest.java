package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.fetch.FetchFailed;
import postern.fetch.Fetched;
import postern.oauth.TestClient.Kind;
import postern.oauth.client.ClientConfig;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules C1 to C10 and D18, as a client and a person meet them. */
class ClientDocumentRulesTest {
    private static final String APP = "https://app.example/client.json";
    private static final String CLAUDE = "https://claude.ai/oauth/mcp-oauth-client-metadata";
    private static final Map<String, String> DOCUMENTS = new ConcurrentHashMap<>();
    private static final AtomicInteger FETCHES = new AtomicInteger();
    private static TestAuthorizationServer server;

    @BeforeAll
    static void start() {
        server =
                TestAuthorizationServer.start(
                        Setup.standard()
                                .clients(config ->
                                        ClientConfig.standard(ClientDocumentRulesTest::fetch)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void aDayLater() {
        server.clock().advance(Duration.ofHours(49));
        server.clock().relaxLimits();
        DOCUMENTS.clear();
        publish(APP, "client_name", "App");
        FETCHES.set(0);
    }

    private static Fetched fetch(URI url) throws FetchFailed {
        FETCHES.incrementAndGet();
        String document = DOCUMENTS.get(url.toString());
        if (document == null) throw new FetchFailed("status 404");
        return new Fetched(document.getBytes(UTF_8), Optional.empty());
    }

    private static void publish(String url, String member, String value) {
        DOCUMENTS.put(
                url,
                "{\"client_id\":\""
                        + APP
                        + "\",\""
                        + member
                        + "\":\""
                        + value
                        + "\",\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                        + "\"redirect_uris\":[\"http://127.0.0.1/callback\","
                        + "\"https://app.example/cb\"]}");
    }

    private static TestClient client(String id, String redirectUri) {
        return new TestClient(server, Kind.PUBLIC, id, null, redirectUri);
    }

    private static RawAnswer authorize(TestClient client, String... changes) {
        return server.wire.get(client.authorize(Pkce.create(), changes));
    }

    private static void assertPage(RawAnswer answer, String words) {
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("", answer.header("Location"));
        assertTrue(answer.body().contains(words), answer::toString);
    }

    @Test
    @DisplayName("C9: signed in once, codes and refresh tokens need the host no more")
    void goes_on_without_the_host() {
        TestClient client = client(APP, "http://127.0.0.1:5555/callback");
        var walk = new Walk(client);
        String code = walk.code();
        DOCUMENTS.clear();
        Walk.Issued issued = walk.issued(client.redeem(code, walk.pkce));
        server.clock().advance(Duration.ofDays(20));
        RawAnswer refreshed = issued.refresh();
        assertEquals(200, refreshed.status(), refreshed::toString);
        assertEquals(1, FETCHES.get());
    }

    @Test
    @DisplayName("C9: a failed fetch is our page at authorize, and at token nothing is fetched")
    void failed_fetch() {
        DOCUMENTS.clear();
        String other = "https://down.example/client.json";
        assertPage(authorize(client(other, "https://down.example/cb")), "could not be used");
        assertEquals(1, FETCHES.get());
        server.clock().relaxLimits();
        RawAnswer token = client(other, "https://down.example/cb").refresh("x");
        assertEquals(401, token.status());
        assertEquals("invalid_client", token.json().path("error").asText());
        assertEquals(1, FETCHES.get());
    }

    @Test
    @DisplayName("C5: a document for another URL, or with a secret, is our page")
    void invalid_document() {
        publish("https://app.example/other.json", "client_name", "App");
        assertPage(
                authorize(client("https://app.example/other.json", "https://app.example/cb")),
                "could not be used");
        publish(APP, "client_secret", "x");
        assertPage(
                authorize(client("https://app.example/third", "https://app.example/cb")),
                "could not be used");
    }

    @Test
    @DisplayName("C1: a bad URL, or two, is our page and no fetch")
    void no_fetch() {
        for (String id : new String[] {"https://127.0.0.1/c", "https://app.example/a/../c"}) {
            assertPage(authorize(client(id, "https://app.example/cb")), "could not be used");
        }
        String target = client(APP, "https://app.example/cb").authorize(Pkce.create());
        assertPage(server.wire.get(target + "&client_id=x"), "more than once");
        assertEquals(0, FETCHES.get());
    }

    @Test
    @DisplayName("C7: only redirect URIs of the document, loopback with any port")
    void redirect_uris() {
        assertEquals(200, authorize(client(APP, "https://app.example/cb")).status());
        assertEquals(200, authorize(client(APP, "http://127.0.0.1:1234/callback")).status());
        for (String other :
                new String[] {
                    "https://app.example/cb/",
                    "https://app.example:443/cb",
                    "https://evil.example/cb",
                    "http://localhost:1234/callback"
                }) {
            assertPage(authorize(client(APP, other)), "not one of the client");
        }
        assertEquals(1, FETCHES.get());
    }

    @Test
    @DisplayName("C10: another redirect URI of the same document does not end the first grant")
    void grants_are_separate() {
        Walk.Issued first = new Walk(client(APP, "http://127.0.0.1:1111/callback")).tokens();
        new Walk(client(APP, "https://app.example/cb")).tokens();
        assertEquals(200, first.refresh().status());
    }

    @Test
    @DisplayName("D18: before consent only shipped documents and loopback get errors by redirect")
    void errors_before_consent() {
        assertPage(authorize(client(APP, "https://app.example/cb"), "scope", "x"), "scope");
        RawAnswer loopback = authorize(client(APP, "http://127.0.0.1:99/callback"), "scope", "x");
        assertEquals(303, loopback.status());
        RawAnswer shipped =
                authorize(client(CLAUDE, "https://claude.ai/api/mcp/auth_callback"), "scope", "x");
        assertEquals(303, shipped.status());
        assertTrue(
                shipped.header("Location")
                        .startsWith("https://claude.ai/api/mcp/auth_callback?error=invalid_scope"));
    }

    @Test
    @DisplayName("A8: the flag says that documents are understood")
    void metadata() {
        RawAnswer answer = server.wire.get("/.well-known/oauth-authorization-server");
        assertTrue(answer.json().path("client_id_metadata_document_supported").asBoolean());
        assertFalse(answer.json().has("introspection_endpoint"));
    }
}
