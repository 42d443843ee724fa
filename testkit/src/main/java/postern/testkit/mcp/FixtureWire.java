package postern.testkit.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The output side of the fixture: whole lines, one at a time, with the bad habits of its modes. */
final class FixtureWire {
    private final OutputStream out;
    private final Set<FixtureMode> modes;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<String, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();

    FixtureWire(OutputStream out, Set<FixtureMode> modes) {
        this.out = out;
        this.modes = Set.copyOf(modes);
    }

    static ObjectNode message() {
        return JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    }

    void result(JsonNode id, JsonNode result) {
        answer(message().<ObjectNode>set("id", id).set("result", result));
    }

    void error(JsonNode id, int code, String text) {
        ObjectNode answer = message().set("id", id);
        answer.putObject("error").put("code", code).put("message", text);
        answer(answer);
    }

    private void answer(ObjectNode answer) {
        if (modes.contains(FixtureMode.GARBAGE_ON_STDOUT)) {
            line("garbage, not JSON");
            line("");
            line("{\"jsonrpc\":\"2.0\",");
            line("[]");
        }
        if (modes.contains(FixtureMode.ANSWERS_UNKNOWN_IDS)) {
            line("{\"jsonrpc\":\"2.0\",\"id\":\"nobody-asked\",\"result\":{}}");
        }
        line(answer.toString());
        if (modes.contains(FixtureMode.DUPLICATE_ANSWERS)) {
            line(answer.toString());
        }
    }

    void notify(String method, JsonNode params) {
        line(message().put("method", method).set("params", params).toString());
    }

    /** Asks the client; the future ends with its whole answer. */
    CompletableFuture<JsonNode> ask(String method, JsonNode params) {
        String id = "fixture-" + lastId.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(id, answer);
        ObjectNode request = message().put("id", id).put("method", method);
        line(request.set("params", params).toString());
        return answer;
    }

    void settle(JsonNode answer) {
        CompletableFuture<JsonNode> waiting = asked.remove(answer.path("id").asText());
        if (waiting != null) {
            waiting.complete(answer);
        }
    }

    private synchronized void line(String text) {
        try {
            out.write((text + "\n").getBytes(UTF_8));
            out.flush();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }
}
