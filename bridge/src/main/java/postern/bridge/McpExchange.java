package postern.bridge;

import postern.access.Caller;
import postern.bridge.tools.ToolPolicy;
import postern.http.Request;
import postern.http.Responder;

import java.util.function.BooleanSupplier;

/**
 * A request that passed the checks, and the way to answer it.
 *
 * @param stillAllowed asks again whether the token is good; for whoever took long
 */
public record McpExchange(
        Request request,
        Responder responder,
        Caller caller,
        Endpoint endpoint,
        ServerDefinition server,
        BooleanSupplier stillAllowed) {
    /** What the presented token may do with the server's tools. */
    public ToolPolicy tools() {
        return new ToolPolicy(server.tools(), caller.principal().scope());
    }
}
