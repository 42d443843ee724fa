package postern.testkit.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The input side of the fixture: reads lines, answers methods, starts a thread per tool call. */
final class FixtureLoop {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> VERSIONS =
            List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

    private final FixtureWire wire;
    private final Set<FixtureMode> modes;
    private final String name;
    private final FixtureTools tools;
    private final Map<JsonNode, Thread> calls = new ConcurrentHashMap<>();

    FixtureLoop(FixtureWire wire, Set<FixtureMode> modes, String name, FixtureTools tools) {
        this.wire = wire;
        this.modes = Set.copyOf(modes);
        this.name = name;
        this.tools = tools;
    }

    /** Returns when the input has ended and the running calls are answered, as forgejo-mcp does. */
    void run(InputStream in) throws IOException, InterruptedException {
        var lines = new BufferedReader(new InputStreamReader(in, UTF_8));
        String line = lines.readLine();
        while (line != null) {
            if (!modes.contains(FixtureMode.NEVER_ANSWERS) && !line.isBlank()) {
                read(line);
            }
            line = lines.readLine();
        }
        for (Thread call : List.copyOf(calls.values())) {
            call.join();
        }
    }

    private void read(String line) {
        JsonNode message;
        try {
            message = MAPPER.readTree(line);
        } catch (IOException notJson) {
            wire.error(NullNode.getInstance(), -32700, "parse error");
            return;
        }
        if (!message.has("method")) {
            wire.settle(message);
        } else if (message.has("id")) {
            request(message, message.get("id"));
        } else if (message.path("method").asText().equals("notifications/cancelled")) {
            Thread call = calls.get(message.path("params").path("requestId"));
            if (call != null) {
                call.interrupt();
            }
        }
    }

    private void request(JsonNode message, JsonNode id) {
        ObjectNode empty = JsonNodeFactory.instance.objectNode();
        switch (message.path("method").asText()) {
            case "initialize" -> wire.result(id, initialize(message.path("params")));
            case "ping", "logging/setLevel" -> wire.result(id, empty);
            case "tools/list" -> wire.result(id, tools.list());
            case "tools/call" -> call(message, id);
            default -> wire.error(id, -32601, "method not found");
        }
    }

    private void call(JsonNode message, JsonNode id) {
        Thread call =
                Thread.ofVirtual()
                        .unstarted(() -> {
                            try {
                                tools.call(id, message.path("params"));
                            } catch (InterruptedException cancelled) {
                                // A cancelled request gets no answer.
                            } finally {
                                calls.remove(id);
                            }
                        });
        calls.put(id, call);
        call.start();
    }

    private ObjectNode initialize(JsonNode params) {
        String wanted = params.path("protocolVersion").asText();
        ObjectNode result =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("protocolVersion", VERSIONS.contains(wanted) ? wanted : "2025-11-25");
        ObjectNode capabilities = result.putObject("capabilities");
        capabilities.putObject("logging");
        capabilities.putObject("tools").put("listChanged", true);
        result.putObject("serverInfo").put("name", name).put("version", "1.0");
        return result;
    }
}
