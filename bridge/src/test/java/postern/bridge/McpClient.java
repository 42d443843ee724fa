package postern.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of Streamable HTTP that shows everything it gets. */
public final class McpClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI uri;
    private final Optional<String> token;
    private volatile Optional<String> session = Optional.empty();

    public McpClient(URI uri, Optional<String> token) {
        this.uri = uri;
        this.token = token;
    }

    /** One whole answer; {@code events} are the data of its events when it was a stream. */
    public record Answer(int status, HttpResponse<String> http, List<String> events) {
        public String body() {
            return http.body();
        }

        public boolean isStream() {
            return header("content-type").startsWith("text/event-stream");
        }

        public String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }
    }

    public McpClient withSession(String id) {
        var other = new McpClient(uri, token);
        other.session = Optional.of(id);
        return other;
    }

    public String session() {
        return session.orElseThrow();
    }

    public HttpRequest.Builder request() {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream");
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        session.ifPresent(id -> request.header("Mcp-Session-Id", id));
        return request;
    }

    public Answer initialize() {
        return initialize("2025-11-25");
    }

    public Answer initialize(String version) {
        Answer answer =
                post(
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\""
                                + version
                                + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");
        if (!answer.header("mcp-session-id").isEmpty()) {
            session = Optional.of(answer.header("mcp-session-id"));
            post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        }
        return answer;
    }

    public Answer call(String id, String tool) {
        return call(id, tool, "{}");
    }

    public Answer call(String id, String tool, String arguments) {
        return post(callText(id, tool, arguments));
    }

    public CompletableFuture<Answer> callLater(String id, String tool, String arguments) {
        return sendLater(
                request().POST(HttpRequest.BodyPublishers.ofString(callText(id, tool, arguments))));
    }

    public static String callText(String id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":"
                + arguments
                + "}}";
    }

    /** With progress token 7. */
    public static String progressText(String id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"method\":\"tools/call\",\"params\":{\"_meta\":{\"progressToken\":7},\"name\":\""
                + tool
                + "\",\"arguments\":"
                + arguments
                + "}}";
    }

    public Answer post(String body) {
        return post(body.getBytes(StandardCharsets.UTF_8));
    }

    public Answer post(byte[] body) {
        return send(request().POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    public Answer delete() {
        return send(request().DELETE());
    }

    public Answer send(HttpRequest.Builder request) {
        return sendLater(request).join();
    }

    public CompletableFuture<Answer> sendLater(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString())
                .thenApply(http -> new Answer(http.statusCode(), http, events(http.body())));
    }

    private static List<String> events(String body) {
        List<String> events = new ArrayList<>();
        for (String line : body.split("\n", -1)) {
            if (line.startsWith("data: ")) events.add(line.substring(6));
        }
        return events;
    }

    /** An open GET stream. */
    public static final class Listening implements AutoCloseable {
        public final int status;
        public final List<String> events = new CopyOnWriteArrayList<>();
        public final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        private final InputStream in;

        private Listening(HttpResponse<InputStream> response) {
            status = response.statusCode();
            in = response.body();
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (var lines =
                    new java.io.BufferedReader(
                            new java.io.InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: ")) events.add(line.substring(6));
                }
            } catch (IOException cut) {
                events.add("cut");
            }
            ended.complete(true);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    public Listening listen() throws IOException, InterruptedException {
        return new Listening(HTTP.send(request().GET().build(), BodyHandlers.ofInputStream()));
    }
}
