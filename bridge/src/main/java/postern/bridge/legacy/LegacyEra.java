package postern.bridge.legacy;

import postern.access.UpstreamAccess;
import postern.bridge.BridgeConfig;
import postern.bridge.McpExchange;
import postern.bridge.McpHeaders;
import postern.bridge.McpRefusal;
import postern.bridge.SessionEra;
import postern.http.Response;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Message;
import postern.supervisor.Supervisor;

import java.util.Optional;

/** Serves the revisions with sessions. */
public final class LegacyEra implements SessionEra {
    private final Sessions sessions;
    private final SessionOpening opening;

    public LegacyEra(
            BridgeConfig config,
            Sessions sessions,
            Supervisor supervisor,
            UpstreamAccess upstream) {
        this.sessions = sessions;
        this.opening =
                new SessionOpening(config, sessions, supervisor, upstream, sessions.counters());
    }

    @Override
    public void post(McpExchange exchange, Message message) {
        if (message.isInitialize()) {
            initialize(exchange, message);
            return;
        }
        Session session = session(exchange);
        if (message.kind() == Message.Kind.REQUEST) {
            opening.wake(exchange, session);
            session.ask(message, exchange.responder(), exchange.tools());
            return;
        }
        session.tell(message);
        exchange.responder().send(Response.empty(202));
    }

    /**
     * A stale id beside {@code initialize} is left over from before; only a live one is a mistake.
     */
    private void initialize(McpExchange exchange, Message message) {
        Optional<String> id = exchange.request().headers().single(McpHeaders.SESSION_ID);
        if (id.flatMap(text -> sessions.find(text, owner(exchange))).isPresent()) {
            throw new McpRefusal(
                    400,
                    JsonRpcErrors.INVALID_REQUEST,
                    message.idJson(),
                    "this session is initialized already",
                    "initialize twice");
        }
        opening.open(exchange, message, owner(exchange));
    }

    @Override
    public void listen(McpExchange exchange) {
        session(exchange).listen(exchange.responder());
    }

    @Override
    public void delete(McpExchange exchange) {
        session(exchange).end(SessionEnd.DELETED);
        exchange.responder().send(Response.empty(200));
    }

    /** 400 without an id, 404 with one that is not the caller's. */
    private Session session(McpExchange exchange) {
        String id =
                exchange.request()
                        .headers()
                        .single(McpHeaders.SESSION_ID)
                        .orElseThrow(() ->
                                McpRefusal.of(
                                        400,
                                        "Mcp-Session-Id is missing, begin with initialize",
                                        "no session id"));
        return sessions.find(id, owner(exchange))
                .orElseThrow(() -> McpRefusal.unknownSession("unknown or foreign"));
    }

    private static SessionOwner owner(McpExchange exchange) {
        return SessionOwner.of(exchange.caller().principal(), exchange.server());
    }
}
