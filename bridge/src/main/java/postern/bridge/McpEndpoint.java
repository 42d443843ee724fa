package postern.bridge;

import postern.access.Caller;
import postern.access.TokenCheck;
import postern.core.DataSize;
import postern.http.HttpError;
import postern.http.Request;
import postern.http.Responder;
import postern.http.Routes;
import postern.http.StreamHandler;
import postern.mcp.Malformed;
import postern.mcp.Message;
import postern.mcp.MessageParser;

import java.util.List;
import java.util.Set;

/**
 * Streamable HTTP at {@code /mcp} and {@code /mcp/{server}}. The order of the checks is the
 * promise: whoever has no valid token learns nothing but where to get one, whatever method or body
 * was sent.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports">MCP
 *     2025-11-25, transports</a>
 */
public final class McpEndpoint implements StreamHandler {
    /** Methods that must come to us, so that they get 401 and not a 405 of the frame. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private static final DataSize MAX_BODY = DataSize.ofMebibytes(4);

    private final RequestCheck origin;
    private final BearerCheck bearer;
    private final List<RequestCheck> afterBearer =
            List.of(
                    new ServedMethod(), // 405
                    new JsonBody(), // 415
                    new AcceptsAnswer(), // 406
                    new KnownVersion()); // 400
    private final Endpoints endpoints;
    private final SessionEra sessions;

    /**
     * @param allowedOrigins of browser pages that may call, for example {@code
     *     https://mcp.example.org}
     */
    public McpEndpoint(
            Endpoints endpoints,
            Set<String> allowedOrigins,
            TokenCheck tokens,
            SessionEra sessions) {
        this.endpoints = endpoints;
        this.origin = new AllowedOrigin(allowedOrigins);
        this.bearer = new BearerCheck(tokens);
        this.sessions = sessions;
    }

    /** Adds {@code /mcp}, {@code /mcp/} and {@code /mcp/{server}}. */
    public void addTo(Routes.Builder routes) {
        routes.stream(METHODS, "/mcp", MAX_BODY, this)
                .cors(McpHeaders.CORS)
                .error(McpRefusal::shape)
                .beforeBody(this::checkHead);
        routes.streamPrefix(METHODS, "/mcp/", MAX_BODY, this)
                .cors(McpHeaders.CORS)
                .error(McpRefusal::shape)
                .beforeBody(this::checkHead);
    }

    /** A stranger's body is not even read. */
    private void checkHead(Request head) {
        origin.check(head); // 403
        bearer.check(head, endpoints.at(head.path())); // 401, 403
    }

    @Override
    public void handle(Request request, Responder responder) {
        origin.check(request); // 403
        Endpoint endpoint = endpoints.at(request.path());
        Caller caller = bearer.check(request, endpoint); // 401, 403
        ServerDefinition server =
                endpoint.server()
                        .orElseThrow(() -> McpRefusal.of(404, "there is no such server", "path"));
        for (RequestCheck check : afterBearer) check.check(request);
        var exchange =
                new McpExchange(
                        request,
                        responder,
                        caller,
                        endpoint,
                        server,
                        () -> isStillAllowed(request, endpoint));
        switch (request.method()) {
            case "POST" -> {
                Message message = legacyMessage(request);
                AllowedTool.check(exchange, message); // 403
                sessions.post(exchange, message);
            }
            case "GET" -> sessions.listen(exchange);
            default -> sessions.delete(exchange);
        }
    }

    /** The message, when it is one of the eras that are served. */
    private static Message legacyMessage(Request request) {
        Message message;
        try {
            message = MessageParser.fromClient().parse(request.body());
        } catch (Malformed malformed) {
            throw McpRefusal.of(malformed);
        }
        boolean hasSession = request.headers().first(McpHeaders.SESSION_ID).isPresent();
        boolean modern = message.hasModernEnvelope() || message.method().equals("server/discover");
        if (modern && !hasSession) {
            // Clients of both eras fall back to initialize on a 4xx with a code of no modern
            // meaning.
            throw new McpRefusal(
                    400,
                    postern.mcp.JsonRpcErrors.SERVER_ERROR,
                    message.idJson(),
                    "this server begins with initialize",
                    "modern request");
        }
        return message;
    }

    private boolean isStillAllowed(Request request, Endpoint endpoint) {
        try {
            bearer.check(request, endpoint);
            return true;
        } catch (HttpError refusal) {
            return false;
        }
    }
}
