package postern.bridge.legacy;

import static postern.mcp.JsonRpcErrors.SERVER_ERROR;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamLease;
import postern.bridge.BridgeConfig;
import postern.bridge.BridgeCounters;
import postern.bridge.McpRefusal;
import postern.core.Ticker;
import postern.http.Responder;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Malformed;
import postern.mcp.Message;
import postern.mcp.MessageParser;
import postern.supervisor.Child;
import postern.supervisor.ChildBusy;
import postern.supervisor.ChildExit;
import postern.supervisor.ChildGone;
import postern.supervisor.ChildListener;
import postern.supervisor.LaunchFailed;
import postern.supervisor.LaunchSpec;
import postern.supervisor.Supervisor;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One client's conversation with its own child. Safe for many threads; nothing here blocks. */
final class Session implements ChildListener {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int CALL_TIMEOUT = -32001;
    private static final Duration AFTER_CANCEL = Duration.ofSeconds(2);

    private final String id;
    private final SessionOwner owner;
    private final BridgeConfig config;
    private final BridgeCounters counters;
    private final Ticker ticker;
    private final Consumer<Session> whenEnded;
    private final Calls calls;
    private final Listening listening;
    private final EventChannel.Settings channelSettings;
    private final AtomicReference<SessionEnd> end = new AtomicReference<>();
    private volatile Child child;
    private volatile UpstreamLease lease;
    private volatile boolean open;
    private volatile long activeNanos;

    Session(
            String id,
            SessionOwner owner,
            BridgeConfig config,
            BridgeCounters counters,
            Ticker ticker,
            Consumer<Session> whenEnded) {
        this.id = id;
        this.owner = owner;
        this.config = config;
        this.counters = counters;
        this.ticker = ticker;
        this.whenEnded = whenEnded;
        this.channelSettings = EventChannel.Settings.of(config);
        this.calls = new Calls(config.callsPerSession());
        this.listening = new Listening(channelSettings, counters);
        this.activeNanos = ticker.nanos();
    }

    String id() {
        return id;
    }

    SessionOwner owner() {
        return owner;
    }

    /** Starts the child; the lease is closed when it has ended, or when this fails. */
    void start(Supervisor supervisor, LaunchSpec spec, UpstreamLease itsLease) throws LaunchFailed {
        lease = itsLease;
        try {
            child = supervisor.start(spec, this);
        } catch (LaunchFailed failure) {
            itsLease.close();
            throw failure;
        }
        SessionEnd ended = end.get();
        if (ended != null) ChildStop.of(child, ended);
    }

    /** The child has answered {@code initialize}: from now on the client may come. */
    void opened() {
        child.ready();
        active();
        open = true;
    }

    boolean isOpen() {
        return open && end.get() == null;
    }

    boolean isIdle() {
        return isOpen() && calls.isEmpty();
    }

    long activeNanos() {
        return activeNanos;
    }

    Optional<SessionEnd> ended() {
        return Optional.ofNullable(end.get());
    }

    private void active() {
        activeNanos = ticker.nanos();
    }

    /** Passes a request of the client on; its answer comes through {@code responder}. */
    void ask(Message request, Responder responder) {
        long now = ticker.nanos();
        long budget = config.callBudget().toNanos();
        ask(new PostCall(request, responder, channelSettings, counters, now, budget), request);
    }

    /**
     * @throws McpRefusal the call was not begun
     */
    void ask(Call call, Message request) {
        active();
        switch (calls.add(call)) {
            case YES -> send(call, request);
            case CLOSED -> call.fail(SERVER_ERROR, endText());
            case SAME_ID_WAITS ->
                    throw new McpRefusal(
                            400,
                            JsonRpcErrors.INVALID_REQUEST,
                            request.idJson(),
                            "a request with this id is still waiting for its answer",
                            "id in flight twice");
            case FULL ->
                    throw new McpRefusal(
                                    429,
                                    SERVER_ERROR,
                                    request.idJson(),
                                    "too many calls at the same time in this session",
                                    "calls per session")
                            .with("Retry-After", "1");
        }
    }

    private void send(Call call, Message request) {
        counters.calls.increment();
        try {
            child.send(request.lineTowardsChild());
        } catch (ChildGone gone) {
            if (calls.remove(call)) call.fail(SERVER_ERROR, endText());
        } catch (ChildBusy busy) {
            if (calls.remove(call)) throw busy(request);
        }
    }

    /**
     * Passes a notification or response of the client on.
     *
     * @throws McpRefusal it did not reach the child
     */
    void tell(Message message) {
        active();
        try {
            child.send(message.lineTowardsChild());
        } catch (ChildGone gone) {
            throw McpRefusal.unknownSession("child gone");
        } catch (ChildBusy busy) {
            throw busy(message);
        }
        message.cancelledId()
                .map(cancelled -> cancelled.towardsChild())
                .flatMap(calls::find)
                .ifPresent(this::cancelled);
    }

    /** A child need not answer what was cancelled, but the client's POST has to end. */
    private void cancelled(Call call) {
        if (call instanceof PostCall post) post.shorten(ticker.nanos(), AFTER_CANCEL.toNanos());
    }

    private static McpRefusal busy(Message message) {
        return new McpRefusal(
                        503,
                        SERVER_ERROR,
                        message.kind() == Message.Kind.REQUEST
                                ? message.idJson()
                                : Optional.empty(),
                        "the MCP server does not keep up, try again in a moment",
                        "child busy")
                .with("Retry-After", "1");
    }

    private String endText() {
        SessionEnd why = end.get();
        return (why == null ? SessionEnd.CRASHED : why).text();
    }

    /** Serves the stream for what belongs to no call; returns when it has ended. */
    void listen(Responder responder) {
        var channel = new EventChannel(channelSettings, counters);
        if (!listening.attach(channel)) throw McpRefusal.unknownSession("ended");
        try {
            channel.pump(responder);
        } finally {
            listening.detach(channel);
        }
    }

    @Override
    public void line(byte[] bytes) {
        Message message;
        try {
            message = parse(bytes);
        } catch (Malformed garbage) {
            counters.garbageLines.increment();
            return;
        }
        switch (message.kind()) {
            case RESPONSE, ERROR -> settle(message);
            case REQUEST, NOTIFICATION -> route(message);
        }
    }

    private Message parse(byte[] bytes) throws Malformed {
        try {
            return MessageParser.fromChild().parse(bytes);
        } catch (Malformed malformed) {
            // A program that writes another encoding still gets its answer through, with marks.
            byte[] repaired =
                    new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            Message message = MessageParser.fromChild().parse(repaired);
            counters.repairedLines.increment();
            return message;
        }
    }

    private void settle(Message answer) {
        if (answer.id().isEmpty()) {
            // mcp-go answers a panic with a null id; with one call waiting it can only be that
            // one's.
            Optional<Call> only = calls.onlyOne().filter(calls::remove);
            only.ifPresent(call -> call.fail(-32603, "the MCP server failed on this request"));
            if (only.isEmpty()) counters.droppedAnswers.increment();
            return;
        }
        Optional<Call> call = calls.take(answer.id().get());
        call.ifPresent(waiting -> waiting.answer(answer));
        if (call.isEmpty()) counters.droppedAnswers.increment();
    }

    private void route(Message message) {
        Optional<Call> call =
                message.progressToken().flatMap(calls::withProgressToken).or(calls::onlyOne);
        if (call.isPresent() && call.get().message(message.line())) return;
        listening.deliver(message.line());
    }

    @Override
    public void exited(ChildExit exit) {
        end(SessionEnd.of(exit));
        lease.close();
    }

    /** Ends the session: waiting calls are answered, streams closed, the child stopped. Once. */
    void end(SessionEnd why) {
        if (!end.compareAndSet(null, why)) return;
        whenEnded.accept(this);
        LOG.atInfo()
                .addKeyValue("grant", owner.grant())
                .addKeyValue("server", owner.server())
                .addKeyValue("reason", why)
                .log("bridge.session.ended");
        List<Call> left = calls.close();
        left.forEach(call -> call.fail(SERVER_ERROR, why.text()));
        listening.end();
        Child running = child;
        if (running == null) return;
        ChildStop.of(running, why);
        if (why == SessionEnd.GRANT_ENDED) ChildStop.abortAfterGrace(left);
    }

    /** What is due by time: streams for silent calls, answers for overdue ones, the idle stop. */
    void sweep(long now) {
        for (Call call : calls.all()) {
            if (!(call instanceof PostCall post)) continue;
            if (post.isOver(now)) giveUp(post);
            else if (post.ageNanos(now) >= config.silence().toNanos()) post.becomeStream();
        }
        if (isIdle() && now - activeNanos >= config.idle().toNanos()) end(SessionEnd.IDLE);
    }

    private void giveUp(PostCall call) {
        if (!calls.remove(call)) return;
        counters.callsOverBudget.increment();
        call.fail(CALL_TIMEOUT, "the call was cancelled or took too long");
        try {
            child.send(ChildStop.cancelled(call.request()));
        } catch (ChildBusy | ChildGone notNeeded) {
            LOG.atDebug().addKeyValue("server", owner.server()).log("bridge.cancel.not-sent");
        }
    }
}
