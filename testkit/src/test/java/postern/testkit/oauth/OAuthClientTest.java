package postern.testkit.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The OAuth client against scripted answers. */
class OAuthClientTest {
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final OAuthClient client = OAuthClient.create();
    private HttpServer server;
    private String base;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void close() {
        client.close();
        server.stop(0);
    }

    private void serve(HttpExchange http) throws IOException {
        bodies.add(new String(http.getRequestBody().readAllBytes(), UTF_8));
        switch (http.getRequestURI().getPath()) {
            case "/mcp" -> {
                String pointer = base + "/.well-known/oauth-protected-resource/mcp";
                http.getResponseHeaders()
                        .set("WWW-Authenticate", "Bearer resource_metadata=\"" + pointer + "\"");
                answer(http, 401, "");
            }
            case "/.well-known/oauth-protected-resource/mcp" ->
                    answer(
                            http,
                            200,
                            "{\"resource\":\"%s/mcp\",\"authorization_servers\":[\"%s/as\"]}"
                                    .formatted(base, base));
            case "/.well-known/oauth-authorization-server/as" ->
                    answer(
                            http,
                            200,
                            """
                            {"issuer":"%1$s/as","authorization_endpoint":"%1$s/authorize",
                             "token_endpoint":"%1$s/token","registration_endpoint":"%1$s/register"}
                            """
                                    .formatted(base));
            case "/register" ->
                    answer(http, 201, "{\"client_id\":\"c\",\"redirect_uris\":[\"http://x/cb\"]}");
            case "/token" -> answer(http, 200, "{\"access_token\":\"a\",\"expires_in\":60}");
            default -> answer(http, 404, "");
        }
    }

    private static void answer(HttpExchange http, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            http.getResponseBody().write(bytes);
        }
        http.close();
    }

    @Test
    void RFC9728_section_5_discovery_leads_from_the_401_to_the_token_endpoint() throws IOException {
        Discovery discovery = client.discover(URI.create(base + "/mcp"));
        assertEquals(base + "/mcp", discovery.resourceId());
        RegisteredClient registered = client.register(discovery, "test", "http://x/cb");
        Pkce pkce = Pkce.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        URI url = client.authorizeUrl(discovery, registered, pkce, "st", Map.of("scope", "a b"));
        Map<String, String> query = Parameters.ofQuery(url);
        assertEquals("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", query.get("code_challenge"));
        assertEquals("a b", query.get("scope"));
        Tokens tokens =
                Tokens.of(
                        client.exchange(
                                discovery, registered, pkce, "code", Map.of("resource", "")));
        assertEquals("a", tokens.accessToken());
        assertFalse(bodies.getLast().contains("resource"));
        assertFalse(bodies.getLast().contains("client_secret"));
    }

    @Test
    void an_endpoint_without_a_challenge_is_reported_with_its_answer() {
        IllegalStateException failed =
                assertThrows(
                        IllegalStateException.class,
                        () -> client.discover(URI.create(base + "/nothing")));
        assertFalse(failed.getMessage().isEmpty());
    }
}
