package postern.testkit.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * The tools of the fixture. {@code echo}, {@code add}, {@code whoami}, {@code env} and {@code
 * forgejo-user} tell what reached the process; the others delay, flood, reorder, ask or die.
 */
final class FixtureTools {
    /** A tool: returns its text, or nothing to say when it answers by itself. */
    @FunctionalInterface
    private interface Tool {
        String call(JsonNode id, JsonNode params)
                throws InterruptedException, IOException, ExecutionException;
    }

    private static final String ANSWERED = "";

    private final FixtureWire wire;
    private final List<String> identityVariables;
    private final Map<String, Tool> tools = new LinkedHashMap<>();
    private final Set<String> advertised;
    private final List<JsonNode> held = new ArrayList<>();

    FixtureTools(FixtureWire wire, List<String> identityVariables, List<String> advertised) {
        this.wire = wire;
        this.identityVariables = List.copyOf(identityVariables);
        this.advertised = Set.copyOf(advertised);
        tools.put("whoami", (id, params) -> whoami());
        tools.put("echo", (id, params) -> argument(params, "text").asText());
        tools.put("add", (id, params) -> add(params));
        tools.put("slow", (id, params) -> slow(params));
        tools.put("progress", (id, params) -> progress(params));
        tools.put("crash", (id, params) -> halt(134));
        tools.put("exit", (id, params) -> halt(argument(params, "status").asInt(0)));
        tools.put("flood-stderr", (id, params) -> floodStderr(params));
        tools.put("big", (id, params) -> "x".repeat(argument(params, "bytes").asInt(1024)));
        tools.put("reverse", this::reverse);
        tools.put("forgejo-user", (id, params) -> FixtureEffects.forgejoUser());
        tools.put("spawn-daemon", (id, params) -> FixtureEffects.spawnDaemon());
        tools.put("spawn-child", (id, params) -> FixtureEffects.spawnChild());
        tools.put("env", (id, params) -> FixtureEffects.environment());
        tools.put("read-file", (id, params) -> FixtureEffects.readFile(argument(params, "path")));
        tools.put(
                "download-attachment",
                (id, params) -> FixtureDownload.download(argument(params, "path")));
        tools.put("send-raw", (id, params) -> FixtureIntrusion.sendRaw(argument(params, "text")));
        tools.put(
                "of-all-processes",
                (id, params) -> FixtureIntrusion.ofAllProcesses(argument(params, "file")));
        tools.put("notify-unrelated", (id, params) -> notifyUnrelated(params));
        tools.put("ask-client", (id, params) -> askClient(params));
        tools.put(
                "fail",
                (id, params) -> {
                    throw new IOException(argument(params, "text").asText("failed as asked"));
                });
        for (String name : advertised) {
            tools.put(name, (id, params) -> FixtureEffects.forgeRequest(params.path("arguments")));
        }
    }

    ObjectNode list() {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        var list = result.putArray("tools");
        for (String name : tools.keySet()) {
            boolean downloads = name.equals("download-attachment");
            ObjectNode tool =
                    list.addObject()
                            .put("name", name)
                            .put("description", downloads ? FixtureDownload.DESCRIPTION : name);
            tool.putObject("inputSchema").put("type", "object");
            if (advertised.contains(name)) standardHints(tool.putObject("annotations"));
        }
        return result;
    }

    /** What a Forgejo MCP server says of every tool, the reading ones included. */
    private static void standardHints(ObjectNode annotations) {
        annotations
                .put("readOnlyHint", false)
                .put("destructiveHint", true)
                .put("idempotentHint", false)
                .put("openWorldHint", true);
    }

    void call(JsonNode id, JsonNode params) throws InterruptedException {
        Tool tool = tools.get(params.path("name").asText());
        if (tool == null) {
            wire.error(id, -32602, "unknown tool");
            return;
        }
        try {
            String text = tool.call(id, params);
            if (!text.isEmpty()) {
                wire.result(id, content(text, false));
            }
        } catch (IOException | ExecutionException | RuntimeException failed) {
            wire.result(id, content(String.valueOf(failed.getMessage()), true));
        }
    }

    private static ObjectNode content(String text, boolean isError) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result.put("isError", isError);
    }

    private static JsonNode argument(JsonNode params, String name) {
        return params.path("arguments").path(name);
    }

    /** Process id, and the variables that were named on the command line. */
    private String whoami() {
        ObjectNode answer =
                JsonNodeFactory.instance.objectNode().put("pid", ProcessHandle.current().pid());
        ObjectNode identity = answer.putObject("identity");
        identityVariables.forEach(name -> identity.put(name, System.getenv(name)));
        return answer.toString();
    }

    private static String add(JsonNode params) {
        return argument(params, "a")
                .decimalValue()
                .add(argument(params, "b").decimalValue())
                .toPlainString();
    }

    private static String slow(JsonNode params) throws InterruptedException {
        Thread.sleep(Duration.ofMillis(argument(params, "ms").asLong(1000)));
        return "done";
    }

    private String progress(JsonNode params) throws InterruptedException {
        JsonNode token = params.path("_meta").path("progressToken");
        int steps = argument(params, "n").asInt(3);
        for (int step = 1; step <= steps; step++) {
            if (!token.isMissingNode()) {
                ObjectNode progress = JsonNodeFactory.instance.objectNode();
                progress.set("progressToken", token);
                progress.put("progress", step).put("total", steps);
                wire.notify("notifications/progress", progress);
            }
            Thread.sleep(Duration.ofMillis(argument(params, "ms").asLong(1)));
        }
        return "done after " + steps;
    }

    private static String halt(int status) {
        Runtime.getRuntime().halt(status);
        return ANSWERED;
    }

    private static String floodStderr(JsonNode params) {
        String line = "flood ".repeat(20);
        long left = argument(params, "bytes").asLong(1_000_000);
        while (left > 0) {
            System.err.println(line);
            left -= line.length() + 1L;
        }
        return "flooded";
    }

    /** Holds answers until {@code of} calls wait, then answers them last first. */
    private synchronized String reverse(JsonNode id, JsonNode params) {
        held.add(id);
        if (held.size() >= argument(params, "of").asInt(2)) {
            List<JsonNode> order = List.copyOf(held.reversed());
            held.clear();
            for (int i = 0; i < order.size(); i++) {
                wire.result(order.get(i), content("answered as number " + (i + 1), false));
            }
        }
        return ANSWERED;
    }

    /** Notifications that belong to no request, before the answer. */
    private String notifyUnrelated(JsonNode params) {
        wire.notify("notifications/tools/list_changed", JsonNodeFactory.instance.objectNode());
        wire.notify(
                "notifications/message",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("level", "info")
                        .put("data", argument(params, "text").asText("unrelated")));
        return "notified";
    }

    /** Sends a request to the client and returns its whole answer as text. */
    private String askClient(JsonNode params) throws InterruptedException, ExecutionException {
        String method = argument(params, "method").asText("roots/list");
        JsonNode question = argument(params, "params");
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        return wire.ask(method, question.isObject() ? question : none).get().toString();
    }
}
