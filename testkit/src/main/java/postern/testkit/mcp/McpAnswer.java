package postern.testkit.mcp;

import com.fasterxml.jackson.databind.JsonNode;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * What one POST brought.
 *
 * @param events of an SSE answer, the one with the answer included; empty for plain JSON
 * @param before notifications and server requests that came before the answer
 * @param message the JSON-RPC answer, or the JSON of an error body; nothing for 202 and for a
 *     stream that ended without an answer
 * @param body of an answer that is no stream
 * @param comments keep-alive comments of the stream
 */
public record McpAnswer(
        int status,
        HttpHeaders headers,
        List<SseEvent> events,
        List<JsonNode> before,
        Optional<JsonNode> message,
        String body,
        long comments) {
    public McpAnswer {
        events = List.copyOf(events);
        before = List.copyOf(before);
    }

    public boolean isStream() {
        return header("Content-Type").startsWith("text/event-stream");
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /**
     * The result.
     *
     * @throws IllegalStateException the answer is no result; the text shows it
     */
    public JsonNode result() {
        return message.map(json -> json.get("result"))
                .orElseThrow(() -> new IllegalStateException("no result: " + this));
    }

    /** The JSON-RPC error, or a missing node. */
    public JsonNode error() {
        return message.map(json -> json.path("error"))
                .orElseThrow(() -> new IllegalStateException("no message: " + this));
    }

    /** The text of the first content block of a tool result. */
    public String toolText() {
        return result().path("content").path(0).path("text").asText();
    }

    @Override
    public String toString() {
        String text = message.map(JsonNode::toString).orElse(body);
        String beginning = text.length() > 500 ? text.substring(0, 500) + "…" : text;
        return "HTTP " + status + " " + header("Content-Type") + ": " + beginning;
    }
}
