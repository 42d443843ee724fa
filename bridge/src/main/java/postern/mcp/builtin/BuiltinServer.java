package postern.mcp.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.mcp.JsonRpcErrors;
import postern.mcp.ProtocolVersions;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Speaks MCP of the legacy family over a pair of streams: one message per line.
 *
 * @see <a
 *     href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio">MCP
 *     2025-11-25, stdio</a>
 */
public final class BuiltinServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Replies replies;
    private final Tools tools;

    private BuiltinServer(OutputStream out, Map<String, String> environment) {
        replies = new Replies(out, JSON);
        tools = new Tools(replies, environment);
    }

    /**
     * Serves until {@code in} ends; calls still running are then given up.
     *
     * @param environment says as whom: {@code POSTERN_USER_LOGIN}, {@code POSTERN_USER_ID}
     */
    public static void run(InputStream in, OutputStream out, Map<String, String> environment)
            throws IOException {
        var server = new BuiltinServer(out, environment);
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) server.handle(line);
            }
        } finally {
            server.tools.close();
        }
    }

    /** The built-in server as a program. */
    public static void main(String[] arguments) throws IOException {
        run(System.in, System.out, System.getenv());
    }

    private void handle(String line) throws IOException {
        JsonNode message;
        try {
            message = JSON.readTree(line);
        } catch (com.fasterxml.jackson.core.JsonProcessingException notJson) {
            replies.error(null, JsonRpcErrors.PARSE_ERROR, "not JSON");
            return;
        }
        JsonNode id = message.get("id");
        String method = message.path("method").asText();
        JsonNode params = message.path("params");
        if (id == null) {
            if (method.equals("notifications/cancelled")) tools.cancel(params.path("requestId"));
            return;
        }
        if (!message.has("method")) return;
        switch (method) {
            case "initialize" -> replies.result(id, hello(params));
            case "ping" -> replies.result(id, JSON.createObjectNode());
            case "tools/list" -> replies.result(id, tools.list());
            case "tools/call" -> tools.call(id, params);
            default -> replies.error(id, JsonRpcErrors.METHOD_NOT_FOUND, "unknown method");
        }
    }

    private static ObjectNode hello(JsonNode params) {
        String wanted = params.path("protocolVersion").asText();
        boolean known = ProtocolVersions.LEGACY.contains(wanted);
        ObjectNode result = JSON.createObjectNode();
        result.put("protocolVersion", known ? wanted : ProtocolVersions.LATEST_LEGACY);
        result.putObject("capabilities").putObject("tools");
        result.putObject("serverInfo").put("name", "postern-builtin").put("version", "1");
        return result;
    }
}
