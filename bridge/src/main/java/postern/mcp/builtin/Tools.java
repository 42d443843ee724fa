package postern.mcp.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.mcp.JsonRpcErrors;

import java.io.IOException;
import java.util.Map;

/** The three tools. All only read, and touch nothing outside. */
final class Tools implements AutoCloseable {
    private static final int MAX_STEPS = 60;
    private static final int MAX_STEP_MILLIS = 10_000;
    private static final int STANDARD_STEP_MILLIS = 100;

    private final Replies replies;
    private final Map<String, String> environment;
    private final Countdowns countdowns;

    Tools(Replies replies, Map<String, String> environment) {
        this.replies = replies;
        this.environment = environment;
        this.countdowns = new Countdowns(replies);
    }

    ObjectNode list() {
        ObjectNode result = replies.object();
        ArrayNode tools = result.putArray("tools");
        ObjectNode nothing = schema();
        add(tools, "whoami", "Who you are, as Postern sees you.", nothing);
        ObjectNode echo = schema();
        property(echo, "text", "string", "What to say back.");
        echo.putArray("required").add("text");
        add(tools, "echo", "Says back what it is told.", echo);
        ObjectNode countdown = schema();
        property(countdown, "from", "integer", "Where to begin, 1 to 60.")
                .put("minimum", 1)
                .put("maximum", MAX_STEPS);
        property(countdown, "stepMillis", "integer", "Milliseconds per step; 100 when left out.")
                .put("minimum", 0)
                .put("maximum", MAX_STEP_MILLIS);
        countdown.putArray("required").add("from");
        add(tools, "countdown", "Counts down to zero and tells its progress.", countdown);
        return result;
    }

    void call(JsonNode id, JsonNode params) throws IOException {
        JsonNode arguments = params.path("arguments");
        switch (params.path("name").asText()) {
            case "whoami" -> {
                String login = environment.getOrDefault("POSTERN_USER_LOGIN", "");
                String userId = environment.getOrDefault("POSTERN_USER_ID", "");
                replies.result(id, text(login + " (id " + userId + ")"));
            }
            case "echo" -> {
                if (arguments.path("text").isTextual()) {
                    replies.result(id, text(arguments.path("text").asText()));
                } else {
                    replies.error(id, JsonRpcErrors.INVALID_PARAMS, "text must be a string");
                }
            }
            case "countdown" -> countdown(id, params, arguments);
            default -> replies.error(id, JsonRpcErrors.INVALID_PARAMS, "unknown tool");
        }
    }

    private void countdown(JsonNode id, JsonNode params, JsonNode arguments) throws IOException {
        JsonNode from = arguments.path("from");
        JsonNode step = arguments.path("stepMillis");
        boolean stepFits =
                step.isMissingNode()
                        || (step.isInt() && isWithin(step.asInt(), 0, MAX_STEP_MILLIS));
        if (!from.isInt() || !isWithin(from.asInt(), 1, MAX_STEPS) || !stepFits) {
            replies.error(
                    id,
                    JsonRpcErrors.INVALID_PARAMS,
                    "from must be 1 to 60, stepMillis 0 to 10000");
            return;
        }
        countdowns.start(
                id,
                params.path("_meta").path("progressToken"),
                from.asInt(),
                step.asInt(STANDARD_STEP_MILLIS));
    }

    void cancel(JsonNode id) {
        countdowns.cancel(id);
    }

    @Override
    public void close() {
        countdowns.close();
    }

    private ObjectNode text(String text) {
        return text(replies, text);
    }

    static ObjectNode text(Replies replies, String text) {
        ObjectNode result = replies.object();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result.put("isError", false);
    }

    private static boolean isWithin(int value, int min, int max) {
        return value >= min && value <= max;
    }

    private ObjectNode schema() {
        ObjectNode schema = replies.object().put("type", "object");
        schema.putObject("properties");
        return schema.put("additionalProperties", false);
    }

    private static ObjectNode property(ObjectNode schema, String name, String type, String text) {
        ObjectNode properties = (ObjectNode) schema.get("properties");
        return properties.putObject(name).put("type", type).put("description", text);
    }

    private static void add(ArrayNode tools, String name, String description, ObjectNode schema) {
        ObjectNode tool = tools.addObject().put("name", name).put("description", description);
        tool.set("inputSchema", schema);
        tool.putObject("annotations")
                .put("readOnlyHint", true)
                .put("destructiveHint", false)
                .put("idempotentHint", true)
                .put("openWorldHint", false);
    }
}
