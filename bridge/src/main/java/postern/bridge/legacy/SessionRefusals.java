package postern.bridge.legacy;

import static postern.mcp.JsonRpcErrors.SERVER_ERROR;

import postern.bridge.McpRefusal;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Message;

import java.util.Optional;

/** Why a message of a client does not reach its child. */
final class SessionRefusals {
    private SessionRefusals() {}

    static McpRefusal sameIdWaits(Message request) {
        return new McpRefusal(
                400,
                JsonRpcErrors.INVALID_REQUEST,
                request.idJson(),
                "a request with this id is still waiting for its answer",
                "id in flight twice");
    }

    static McpRefusal tooManyCalls(Message request) {
        return later(429, request, "too many calls at the same time in this session");
    }

    static McpRefusal busy(Message message) {
        return later(503, message, "the MCP server does not keep up, try again in a moment");
    }

    /** The child was given up in the very moment that a request came. */
    static McpRefusal betweenChildren(Message message) {
        return later(503, message, "the MCP server is being restarted, try again in a moment");
    }

    private static McpRefusal later(int status, Message message, String hint) {
        Optional<byte[]> id =
                message.kind() == Message.Kind.REQUEST ? message.idJson() : Optional.empty();
        return new McpRefusal(status, SERVER_ERROR, id, hint, hint).with("Retry-After", "1");
    }
}
