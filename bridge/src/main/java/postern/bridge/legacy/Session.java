package postern.bridge.legacy;

import static postern.mcp.JsonRpcErrors.SERVER_ERROR;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.bridge.BridgeConfig;
import postern.bridge.BridgeCounters;
import postern.bridge.McpRefusal;
import postern.bridge.tools.ToolPolicy;
import postern.core.Ticker;
import postern.http.Responder;
import postern.mcp.Message;
import postern.supervisor.ChildBusy;
import postern.supervisor.ChildGone;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One client's conversation with its own child. Safe for many threads; only {@link #listen} blocks.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int CALL_TIMEOUT = -32001;
    private static final Duration FORGET_PARKED = Duration.ofHours(24);
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
    private final ReentrantLock waking = new ReentrantLock();
    private volatile SessionState state = SessionState.OPENING;
    private volatile SessionEnd end;
    private volatile ChildLink link;
    private volatile Optional<Handshake> handshake = Optional.empty();
    private final long startedNanos;
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
        this.startedNanos = ticker.nanos();
        this.activeNanos = startedNanos;
    }

    String id() {
        return id;
    }

    SessionOwner owner() {
        return owner;
    }

    /** From here {@code next} is the child of this session. */
    synchronized void attach(ChildLink next) {
        link = next;
        if (state == SessionState.ENDED) next.stop(end);
    }

    /** The child has answered {@code initialize}: from now on the client may come. */
    synchronized void opened(Optional<Handshake> replayable) {
        active();
        if (state == SessionState.ENDED) return;
        link.ready();
        handshake = replayable;
        state = SessionState.OPEN;
    }

    boolean isOpen() {
        return state != SessionState.OPENING && state != SessionState.ENDED;
    }

    /** Parked, or about to get its next child. */
    boolean isWithoutChild() {
        return state == SessionState.PARKED || state == SessionState.WAKING;
    }

    boolean isParked() {
        return state == SessionState.PARKED;
    }

    /** True when it has a child that nobody waits for. */
    boolean isIdle() {
        return state == SessionState.OPEN && calls.isEmpty();
    }

    /** Held while a parked session gets its next child, so that it gets one. */
    ReentrantLock waking() {
        return waking;
    }

    Optional<Handshake> handshake() {
        return handshake;
    }

    /** Gives the child up and keeps the session, if it can be woken; else ends it. */
    void rest(SessionEnd why) {
        ChildLink left;
        synchronized (this) {
            if (!isIdle()) return;
            left = link;
            if (handshake.isPresent()) {
                state = SessionState.PARKED;
                link = null;
            }
        }
        if (handshake.isPresent()) left.stop(why);
        else end(why);
    }

    /** Counted again as one with a child, until {@link #opened} or {@link #notWoken}. */
    synchronized void wake() {
        if (state == SessionState.PARKED) state = SessionState.WAKING;
    }

    void notWoken() {
        ChildLink left;
        synchronized (this) {
            if (state != SessionState.WAKING) return;
            state = SessionState.PARKED;
            left = link;
            link = null;
            calls.takeAll();
        }
        if (left != null) left.stop(SessionEnd.NOT_STARTED);
    }

    long startedNanos() {
        return startedNanos;
    }

    long activeNanos() {
        return activeNanos;
    }

    Optional<SessionEnd> ended() {
        return Optional.ofNullable(end);
    }

    private void active() {
        activeNanos = ticker.nanos();
    }

    /**
     * Passes a request of the client on; its answer comes through {@code responder}, as {@code
     * tools} allows.
     */
    void ask(Message request, Responder responder, ToolPolicy tools) {
        long now = ticker.nanos();
        long budget = config.callBudget().toNanos();
        ask(
                new PostCall(request, responder, tools, channelSettings, counters, now, budget),
                request);
    }

    /**
     * @throws McpRefusal the call was not begun
     */
    void ask(Call call, Message request) {
        active();
        switch (calls.add(call)) {
            case YES -> send(call, request);
            case CLOSED -> call.fail(SERVER_ERROR, endText());
            case SAME_ID_WAITS -> throw SessionRefusals.sameIdWaits(request);
            case FULL -> throw SessionRefusals.tooManyCalls(request);
        }
    }

    private void send(Call call, Message request) {
        counters.calls.increment();
        try {
            toChild(request.lineTowardsChild());
        } catch (NoChild parked) {
            if (calls.remove(call)) throw SessionRefusals.betweenChildren(request);
        } catch (ChildGone gone) {
            if (calls.remove(call)) call.fail(SERVER_ERROR, endText());
        } catch (ChildBusy busy) {
            if (calls.remove(call)) throw SessionRefusals.busy(request);
        }
    }

    /**
     * Passes a notification or response of the client on.
     *
     * @throws McpRefusal it did not reach the child
     */
    void tell(Message message) {
        active();
        if (isWithoutChild()) return; // the next child will not have seen what this is about
        try {
            toChild(message.lineTowardsChild());
        } catch (NoChild | ChildGone gone) {
            throw McpRefusal.unknownSession("child gone");
        } catch (ChildBusy busy) {
            throw SessionRefusals.busy(message);
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

    private void toChild(byte[] line) throws NoChild, ChildBusy, ChildGone {
        ChildLink current = link;
        if (current == null || !current.isStarted()) throw new NoChild();
        current.send(line);
    }

    private static final class NoChild extends Exception {
        private static final long serialVersionUID = 1L;

        NoChild() {
            super("parked", null, false, false);
        }
    }

    private String endText() {
        SessionEnd why = end;
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

    /** What a child said; one that was given up is not heard, its answers would be another's. */
    void heard(ChildLink from, Message message) {
        if (from != link) {
            counters.droppedAnswers.increment();
            return;
        }
        switch (message.kind()) {
            case RESPONSE, ERROR -> settle(message);
            case REQUEST, NOTIFICATION -> route(message);
        }
    }

    private void settle(Message answer) {
        if (answer.id().isEmpty()) {
            // mcp-go answers a panic with a null id: with one call waiting it is clear whose.
            Optional<Call> only = calls.onlyOne().filter(calls::remove);
            only.ifPresent(call -> call.fail(-32603, "the MCP server failed on this request"));
            if (only.isEmpty()) counters.droppedAnswers.increment();
            return;
        }
        Optional<Call> call = calls.take(answer.id().get());
        call.ifPresent(waiting -> {
            active();
            waiting.answer(answer);
        });
        if (call.isEmpty()) counters.droppedAnswers.increment();
    }

    private void route(Message message) {
        Optional<Call> call =
                message.progressToken().flatMap(calls::withProgressToken).or(calls::onlyOne);
        if (call.isPresent() && call.get().message(message.line())) return;
        listening.deliver(message.line());
    }

    /** Ends the session with its child, unless it had let go of it or goes on waiting for one. */
    void childEnded(ChildLink which, SessionEnd why) {
        synchronized (this) {
            if (link != which) return;
            if (state == SessionState.WAKING) {
                calls.takeAll().forEach(call -> call.fail(SERVER_ERROR, why.text()));
                return;
            }
        }
        end(why);
    }

    /** Ends the session: waiting calls are answered, streams closed, the child stopped. Once. */
    void end(SessionEnd why) {
        ChildLink left;
        synchronized (this) {
            if (state == SessionState.ENDED) return;
            state = SessionState.ENDED;
            end = why;
            left = link;
        }
        whenEnded.accept(this);
        LOG.atInfo()
                .addKeyValue("grant", owner.grant())
                .addKeyValue("server", owner.server())
                .addKeyValue("reason", why)
                .log("bridge.session.ended");
        List<Call> waiting = calls.close();
        waiting.forEach(call -> call.fail(SERVER_ERROR, why.text()));
        listening.end();
        if (left != null) left.stop(why);
        if (why == SessionEnd.GRANT_ENDED) ChildStop.abortAfterGrace(waiting);
    }

    /** What is due by time: streams for silent calls, answers for overdue ones, the idle stop. */
    void sweep(long now) {
        for (Call call : calls.all()) {
            if (!(call instanceof PostCall post)) continue;
            if (post.isOver(now)) giveUp(post);
            else if (post.ageNanos(now) >= config.silence().toNanos()) post.becomeStream();
        }
        long idleNanos = now - activeNanos;
        if (isIdle() && idleNanos >= config.idle().toNanos()) rest(SessionEnd.IDLE);
        if (isParked() && idleNanos >= FORGET_PARKED.toNanos()) end(SessionEnd.IDLE);
    }

    private void giveUp(PostCall call) {
        if (!calls.remove(call)) return;
        counters.callsOverBudget.increment();
        active();
        call.fail(CALL_TIMEOUT, "the call was cancelled or took too long");
        try {
            toChild(ChildStop.cancelled(call.request()));
        } catch (NoChild | ChildBusy | ChildGone notNeeded) {
            LOG.atDebug().addKeyValue("server", owner.server()).log("bridge.cancel.not-sent");
        }
    }
}
