package postern.testkit.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.http.Clients;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A raw Streamable HTTP client for the versions 2025-03-26 to 2025-11-25. After {@link #initialize}
 * it sends the session id and the negotiated version; every call may come from any thread.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports">MCP
 *     2025-11-25, transports</a>
 */
public final class McpClient implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String BOTH_KINDS = "application/json, text/event-stream";

    private final HttpClient client;
    private final URI endpoint;
    private final AtomicLong lastId = new AtomicLong();
    private volatile String bearer;
    private volatile String sessionId = "";
    private volatile String protocolVersion = "";
    private volatile Duration patience = Duration.ofSeconds(60);
    private volatile Function<JsonNode, JsonNode> serverRequests =
            request -> JsonNodeFactory.instance.objectNode();

    private McpClient(HttpClient client, URI endpoint, String bearer) {
        this.client = client;
        this.endpoint = endpoint;
        this.bearer = bearer;
    }

    /** A client without a session; an empty bearer sends no Authorization. */
    public static McpClient of(URI endpoint, String bearer) {
        return of(Clients.create(), endpoint, bearer);
    }

    public static McpClient of(HttpClient client, URI endpoint, String bearer) {
        return new McpClient(client, endpoint, bearer);
    }

    public void useBearer(String token) {
        bearer = token;
    }

    /** Continues a session that another client opened, or a made-up one. */
    public void useSession(String id, String version) {
        sessionId = id;
        protocolVersion = version;
    }

    /** How long an answer's head may take. */
    public void usePatience(Duration value) {
        patience = value;
    }

    /** What to answer as {@code result} when the server asks for sampling, roots or the like. */
    public void onServerRequest(Function<JsonNode, JsonNode> answer) {
        serverRequests = answer;
    }

    public String sessionId() {
        return sessionId;
    }

    public String protocolVersion() {
        return protocolVersion;
    }

    /** initialize and notifications/initialized; a refused initialize is returned as it is. */
    public McpAnswer initialize(String version) throws IOException {
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("protocolVersion", version);
        params.putObject("capabilities").putObject("sampling");
        params.putObject("clientInfo").put("name", "testkit").put("version", "1");
        McpAnswer answer = request("initialize", params);
        if (answer.status() == 200 && answer.message().filter(m -> m.has("result")).isPresent()) {
            sessionId = answer.header("Mcp-Session-Id");
            protocolVersion = answer.result().path("protocolVersion").asText();
            notify("notifications/initialized", JsonNodeFactory.instance.objectNode());
        }
        return answer;
    }

    public McpAnswer notify(String method, JsonNode params) throws IOException {
        ObjectNode message = message(method, params);
        return post(message.toString(), Map.of());
    }

    public McpAnswer request(String method, JsonNode params) throws IOException {
        return request(
                JsonNodeFactory.instance.numberNode(lastId.incrementAndGet()), method, params);
    }

    /** A request with an id of the caller's choice. */
    public McpAnswer request(JsonNode id, String method, JsonNode params) throws IOException {
        ObjectNode message = message(method, params);
        message.set("id", id);
        return post(message.toString(), Map.of());
    }

    /** tools/call with arguments as JSON text. */
    public McpAnswer callTool(String name, String argumentsJson) throws IOException {
        return request("tools/call", toolParams(name, argumentsJson));
    }

    /** tools/call that also asks for progress. */
    public McpAnswer callTool(String name, String argumentsJson, String progressToken)
            throws IOException {
        ObjectNode params = toolParams(name, argumentsJson);
        params.putObject("_meta").put("progressToken", progressToken);
        return request("tools/call", params);
    }

    private static ObjectNode toolParams(String name, String argumentsJson) throws IOException {
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("name", name);
        return params.set("arguments", MAPPER.readTree(argumentsJson));
    }

    private static ObjectNode message(String method, JsonNode params) {
        ObjectNode message =
                JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("method", method);
        return message.set("params", params);
    }

    public McpAnswer post(String json, Map<String, String> headers) throws IOException {
        return post(json.getBytes(UTF_8), headers);
    }

    /** Posts any bytes; {@code headers} replace the usual ones, an empty value leaves one out. */
    public McpAnswer post(byte[] body, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(endpoint)
                        .timeout(patience)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        var all = new LinkedHashMap<>(usualHeaders(BOTH_KINDS));
        all.put("Content-Type", "application/json");
        HttpResponse<InputStream> response = send(request, all, headers);
        return response.headers()
                        .firstValue("Content-Type")
                        .orElse("")
                        .startsWith("text/event-stream")
                ? stream(response)
                : plain(response);
    }

    private static McpAnswer plain(HttpResponse<InputStream> response) throws IOException {
        try (InputStream stream = response.body()) {
            String body = new String(stream.readAllBytes(), UTF_8);
            return new McpAnswer(
                    response.statusCode(),
                    response.headers(),
                    List.of(),
                    List.of(),
                    json(body),
                    body,
                    0);
        }
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.of(MAPPER.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private McpAnswer stream(HttpResponse<InputStream> response) throws IOException {
        var events = new ArrayList<SseEvent>();
        var before = new ArrayList<JsonNode>();
        Optional<JsonNode> answer = Optional.empty();
        try (var reader = new SseReader(response.body())) {
            Optional<SseEvent> event = reader.next();
            while (event.isPresent() && answer.isEmpty()) {
                events.add(event.get());
                if (event.get().hasMessage()) {
                    JsonNode message = MAPPER.readTree(event.get().data());
                    answer = message.has("method") ? Optional.empty() : Optional.of(message);
                    if (message.has("method")) {
                        before.add(message);
                        answerServer(message);
                    }
                }
                event = answer.isEmpty() ? reader.next() : event;
            }
            return new McpAnswer(
                    response.statusCode(),
                    response.headers(),
                    events,
                    before,
                    answer,
                    "",
                    reader.comments());
        }
    }

    private void answerServer(JsonNode message) throws IOException {
        if (message.has("id")) {
            ObjectNode answer =
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("jsonrpc", "2.0")
                            .set("id", message.get("id"));
            answer.set("result", serverRequests.apply(message));
            post(answer.toString(), Map.of());
        }
    }

    /** Opens a GET stream; a last event id that is not empty resumes. */
    public EventStream openStream(String lastEventId) throws IOException {
        HttpResponse<InputStream> response =
                send(
                        HttpRequest.newBuilder(endpoint).GET(),
                        usualHeaders("text/event-stream"),
                        Map.of("Last-Event-ID", lastEventId));
        return new EventStream(
                response.statusCode(), response.headers(), new SseReader(response.body()));
    }

    /** Ends the session. */
    public McpAnswer delete() throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint).timeout(patience).DELETE();
        return plain(send(request, usualHeaders(BOTH_KINDS), Map.of()));
    }

    private Map<String, String> usualHeaders(String accept) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Accept", accept);
        headers.put("Authorization", bearer.isEmpty() ? "" : "Bearer " + bearer);
        headers.put("Mcp-Session-Id", sessionId);
        headers.put("MCP-Protocol-Version", protocolVersion);
        return headers;
    }

    private HttpResponse<InputStream> send(
            HttpRequest.Builder request, Map<String, String> usual, Map<String, String> changes)
            throws IOException {
        var headers = new LinkedHashMap<>(usual);
        for (Map.Entry<String, String> change : changes.entrySet()) {
            headers.keySet().removeIf(change.getKey()::equalsIgnoreCase);
            headers.put(change.getKey(), change.getValue());
        }
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.header(name, value);
            }
        });
        return Clients.send(client, request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Breaks all connections at once, as a client that vanishes. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
