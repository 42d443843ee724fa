package postern.bridge.legacy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.bridge.BridgeConfig;
import postern.bridge.BridgeCounters;
import postern.bridge.Challenge;
import postern.bridge.LaunchPlan;
import postern.bridge.McpExchange;
import postern.bridge.McpHeaders;
import postern.bridge.McpRefusal;
import postern.core.Secret;
import postern.http.HttpError;
import postern.http.Response;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Malformed;
import postern.mcp.Message;
import postern.mcp.MessageParser;
import postern.mcp.ProtocolVersions;
import postern.supervisor.LaunchFailed;
import postern.supervisor.LaunchSpec;
import postern.supervisor.Supervisor;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * From {@code initialize} to an open session: a place, a lease, a child, its answer. A child that
 * does not start is 502 or 503 and never 401 or 403, which clients would take for a sign-in that
 * failed.
 */
final class SessionOpening {
    private static final Logger LOG = LoggerFactory.getLogger(SessionOpening.class);
    private static final String RETRY_SECONDS = "5";

    private final BridgeConfig config;
    private final Sessions sessions;
    private final Supervisor supervisor;
    private final UpstreamAccess upstream;
    private final BridgeCounters counters;

    SessionOpening(
            BridgeConfig config,
            Sessions sessions,
            Supervisor supervisor,
            UpstreamAccess upstream,
            BridgeCounters counters) {
        this.counters = counters;
        this.config = config;
        this.sessions = sessions;
        this.supervisor = supervisor;
        this.upstream = upstream;
    }

    /**
     * @throws HttpError the session was not opened and nothing of it is left
     */
    void open(McpExchange exchange, Message initialize, SessionOwner owner) {
        Message request = supported(initialize);
        Session session = sessions.admit(owner);
        var whyNot = SessionEnd.NOT_STARTED;
        try {
            start(session, exchange, request);
            Message answer = ask(session, request);
            if (answer.kind() == Message.Kind.ERROR) {
                whyNot = SessionEnd.REFUSED_INITIALIZE;
                exchange.responder().send(Response.json(200, answered(request, answer)));
                return;
            }
            session.opened(Handshake.of(exchange.server(), request));
            // The grant may have ended before the session could be found by its end.
            if (!exchange.stillAllowed().getAsBoolean()) {
                whyNot = SessionEnd.GRANT_ENDED;
                throw Challenge.invalidToken(exchange.endpoint(), "ended while opening");
            }
            if (exchange.responder().clientGone().isDone()) {
                whyNot = SessionEnd.CLIENT_LEFT;
            } else {
                whyNot = null;
            }
            exchange.responder()
                    .send(
                            Response.json(200, answered(request, answer))
                                    .with(McpHeaders.SESSION_ID, session.id()));
        } finally {
            if (whyNot != null) session.end(whyNot);
        }
    }

    /**
     * Gives a parked session its next child and replays the handshake; its client notices nothing.
     *
     * @throws HttpError there is no child now; the session stays and may be woken later
     */
    void wake(McpExchange exchange, Session session) {
        if (!session.isWithoutChild()) return;
        session.waking().lock();
        try {
            if (!session.isParked()) return;
            Handshake handshake = session.handshake().orElseThrow();
            sessions.readmit(session);
            start(session, exchange, handshake.initialize());
            Message answer = ask(session, handshake.initialize());
            if (answer.kind() == Message.Kind.ERROR) {
                throw refusal(502, handshake.initialize(), SessionEnd.REFUSED_INITIALIZE, "replay");
            }
            session.opened(session.handshake());
            session.tell(handshake.initialized());
        } finally {
            session.notWoken();
            session.waking().unlock();
        }
    }

    /** {@code initialize} is of the old era by definition, even if it names the new one. */
    private static Message supported(Message initialize) {
        boolean modern =
                initialize.protocolVersion().filter(ProtocolVersions.MODERN::equals).isPresent();
        if (!modern) return initialize;
        try {
            return MessageParser.fromClient()
                    .parse(initialize.withProtocolVersion(ProtocolVersions.LATEST_LEGACY));
        } catch (Malformed impossible) {
            throw new IllegalStateException("a rewritten version broke a message", impossible);
        }
    }

    private static byte[] answered(Message request, Message answer) {
        return answer.withId(request.idJson().orElseThrow());
    }

    private void start(Session session, McpExchange exchange, Message request) {
        UpstreamLease lease = lease(exchange);
        LaunchSpec spec;
        try {
            spec =
                    LaunchPlan.of(
                            exchange.server(),
                            exchange.caller().principal(),
                            lease,
                            config.childLimits());
        } catch (LaunchPlan.MissingValue missing) {
            lease.close();
            throw notStarted(session, request, missing.getMessage());
        }
        try {
            var link = new ChildLink(session, lease, counters);
            session.attach(link); // before the start: a child may end before start returns
            link.start(supervisor, spec);
            session.attach(link); // again: the session may have ended meanwhile
        } catch (LaunchFailed failure) {
            throw notStarted(session, request, failure.hint());
        } finally {
            spec.secretEnvironment().values().forEach(Secret::close);
        }
    }

    private static McpRefusal notStarted(Session session, Message request, String detail) {
        LOG.atWarn()
                .addKeyValue("server", session.owner().server())
                .addKeyValue("cause", detail)
                .log("bridge.child.not-started");
        return refusal(502, request, SessionEnd.NOT_STARTED, detail);
    }

    private UpstreamLease lease(McpExchange exchange) {
        try {
            return upstream.lease(exchange.caller());
        } catch (UpstreamRefused refused) {
            throw Challenge.invalidToken(exchange.endpoint(), refused.getMessage());
        } catch (UpstreamUnavailable unavailable) {
            LOG.atWarn().setCause(unavailable).log("bridge.lease.unavailable");
            throw McpRefusal.of(503, "the upstream cannot be reached now", "upstream unavailable")
                    .with("Retry-After", RETRY_SECONDS);
        }
    }

    private Message ask(Session session, Message request) {
        var call =
                new InitializeCall(
                        request.id().orElseThrow().towardsChild(), new CompletableFuture<>());
        session.ask(call, request);
        long patienceMillis = config.childLimits().startBudget().toMillis() * 2;
        Optional<Message> answer =
                call.answered()
                        .completeOnTimeout(Optional.empty(), patienceMillis, TimeUnit.MILLISECONDS)
                        .join();
        if (answer.isPresent()) return answer.get();
        SessionEnd why = session.ended().orElse(SessionEnd.START_BUDGET);
        boolean mayWorkLater = why != SessionEnd.CRASHED && why != SessionEnd.BROKE_LIMIT;
        throw refusal(mayWorkLater ? 503 : 502, request, why, "child ended at the start");
    }

    private static McpRefusal refusal(int status, Message request, SessionEnd why, String detail) {
        var refusal =
                new McpRefusal(
                        status, JsonRpcErrors.SERVER_ERROR, request.idJson(), why.text(), detail);
        return status == 503 ? refusal.with("Retry-After", RETRY_SECONDS) : refusal;
    }
}
