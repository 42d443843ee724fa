package postern.testkit.mcp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The MCP client against scripted answers; MCP 2025-11-25, transports. */
class McpClientTest {
    private static final String INITIALIZED =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-11-25\"}}";

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> sessions = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private McpClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/mcp", this::serve);
        server.start();
        client =
                McpClient.of(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp"),
                        "token");
    }

    @AfterEach
    void close() {
        client.close();
        server.stop(0);
        executor.shutdownNow();
    }

    private void serve(HttpExchange http) throws IOException {
        String body = new String(http.getRequestBody().readAllBytes(), UTF_8);
        bodies.add(body);
        sessions.add(String.valueOf(http.getRequestHeaders().getFirst("Mcp-Session-Id")));
        if (http.getRequestMethod().equals("GET") || body.contains("tools/call")) {
            stream(http);
        } else if (body.contains("\"initialize\"")) {
            http.getResponseHeaders().set("Mcp-Session-Id", "s-1");
            http.getResponseHeaders().set("Content-Type", "application/json");
            http.sendResponseHeaders(200, INITIALIZED.length());
            http.getResponseBody().write(INITIALIZED.getBytes(UTF_8));
        } else {
            http.sendResponseHeaders(202, -1);
        }
        http.close();
    }

    private static void stream(HttpExchange http) throws IOException {
        http.getResponseHeaders().set("Content-Type", "text/event-stream");
        http.sendResponseHeaders(200, 0);
        String events =
                """
                id: e-0
                data:

                : keep-alive

                event: message
                id: e-1
                data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}

                data: {"jsonrpc":"2.0","id":"q","method":"roots/list"}

                id: e-2
                retry: 500
                data: {"jsonrpc":"2.0","id":2,
                data: "result":{"content":[{"type":"text","text":"hi"}]}}

                """;
        http.getResponseBody().write(events.getBytes(UTF_8));
    }

    @Test
    void initialize_keeps_session_and_version_and_sends_initialized() throws IOException {
        assertEquals(200, client.initialize("2025-11-25").status());
        assertEquals("s-1", client.sessionId());
        assertEquals("2025-11-25", client.protocolVersion());
        assertTrue(bodies.get(1).contains("notifications/initialized"));
        assertEquals("s-1", sessions.get(1));
    }

    @Test
    void a_stream_shows_everything_before_the_answer_and_answers_the_server() throws IOException {
        client.initialize("2025-11-25");
        client.onServerRequest(request -> JsonNodeFactory.instance.objectNode().put("mine", true));
        McpAnswer answer = client.callTool("echo", "{}");
        assertEquals("hi", answer.toolText());
        assertEquals(2, answer.before().size());
        assertEquals("notifications/progress", answer.before().getFirst().path("method").asText());
        assertEquals(List.of("e-0", "e-1", "", "e-2"), ids(answer.events()));
        assertEquals(500, answer.events().getLast().retryMillis());
        assertEquals(1, answer.comments());
        assertEquals(
                "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"mine\":true}}", bodies.getLast());
    }

    private static List<String> ids(List<SseEvent> events) {
        return events.stream().map(SseEvent::id).toList();
    }

    @Test
    void any_bytes_and_headers_can_be_posted() throws IOException {
        client.useSession("made-up", "2025-06-18");
        assertEquals(202, client.post("{", Map.of("Mcp-Session-Id", "")).status());
        assertEquals("null", sessions.getLast());
        assertEquals("{", bodies.getLast());
    }

    @Test
    void a_get_stream_delivers_events_and_notices_its_end() throws Exception {
        try (EventStream stream = client.openStream("")) {
            assertEquals(200, stream.status());
            assertEquals("e-0", stream.next(Duration.ofSeconds(5)).orElseThrow().id());
            await().atMost(Duration.ofSeconds(5)).until(stream::hasEnded);
        }
    }
}
