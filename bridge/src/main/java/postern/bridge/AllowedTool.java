package postern.bridge;

import postern.http.HttpError;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Message;

import java.util.Optional;

/**
 * A token that only reads calls only tools that are known to read. Decided on the same bytes that
 * the child gets, which name one method and one tool in one spelling ({@link
 * postern.mcp.MessageParser}). A call without an id is a call, too: some servers run it.
 *
 * @see <a
 *     href="https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#scope-challenge-handling">MCP
 *     2025-11-25, authorization, scope challenges</a>
 */
final class AllowedTool {
    private AllowedTool() {}

    /**
     * @throws HttpError 403 with the scope that is needed
     */
    static void check(McpExchange exchange, Message message) {
        if (!message.isToolCall()) return;
        if (!exchange.caller().principal().scope().isReadOnly()) return;
        Optional<String> tool = message.toolName();
        if (tool.isEmpty()) {
            throw new McpRefusal(
                    400,
                    JsonRpcErrors.INVALID_PARAMS,
                    message.idJson(),
                    "params.name must be the name of a tool",
                    "tool call without a name");
        }
        if (!exchange.tools().allows(tool.get())) {
            throw Challenge.toolNeedsWriting(exchange.endpoint(), message);
        }
    }
}
