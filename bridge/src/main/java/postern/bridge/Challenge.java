package postern.bridge;

import postern.access.Scope;
import postern.http.HttpError;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Message;

import java.util.Optional;

/**
 * Refusals that tell a client where to get a token.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-5.1">RFC 9728, section 5.1</a>
 */
public final class Challenge {
    private static final String FIELD = "WWW-Authenticate";

    private Challenge() {}

    /** No token was sent, so no error is named. Source: RFC 6750 section 3.1. */
    static HttpError noToken(Endpoint endpoint) {
        return McpRefusal.of(401, "a bearer token is needed", "no token")
                .with(FIELD, "Bearer " + parameters(endpoint));
    }

    /** Unknown, expired, ended, of another endpoint, or refused upstream: not told apart. */
    public static HttpError invalidToken(Endpoint endpoint, String detail) {
        return McpRefusal.of(401, "the bearer token is not valid", detail)
                .with(FIELD, "Bearer error=\"invalid_token\", " + parameters(endpoint));
    }

    static HttpError insufficientScope(Endpoint endpoint, Scope needed) {
        return McpRefusal.of(403, "the token does not allow this", "insufficient scope")
                .with(FIELD, insufficient(endpoint, needed));
    }

    /** A tool that writes, called with a token that only reads. The body is for the model. */
    static HttpError toolNeedsWriting(Endpoint endpoint, Message call) {
        Optional<byte[]> id =
                call.kind() == Message.Kind.REQUEST ? call.idJson() : Optional.empty();
        return new McpRefusal(
                        403,
                        JsonRpcErrors.SERVER_ERROR,
                        id,
                        "this connection is read-only: the person allowed reading and nothing else,"
                                + " and this tool is not known to only read. Do not try it again."
                                + " To use it, the person has to connect again and allow changes",
                        "insufficient scope for a tool")
                .with(FIELD, insufficient(endpoint, Scope.FULL));
    }

    private static String insufficient(Endpoint endpoint, Scope needed) {
        return "Bearer error=\"insufficient_scope\", resource_metadata=\""
                + endpoint.metadata()
                + "\", scope=\""
                + needed
                + "\"";
    }

    private static String parameters(Endpoint endpoint) {
        return "resource_metadata=\"" + endpoint.metadata() + "\", scope=\"" + Scope.FULL + "\"";
    }
}
