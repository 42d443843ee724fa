package postern.bridge.legacy;

import postern.bridge.BridgeCounters;
import postern.bridge.tools.ToolPolicy;
import postern.http.Responder;
import postern.http.Response;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Message;
import postern.mcp.RequestId;

import java.util.Optional;

/**
 * A request that came by POST: answered as JSON when the answer is the first thing from the child,
 * as a stream from the first other message or a while of silence on.
 */
final class PostCall implements Call {
    private final Message request;
    private final Responder responder;
    private final ToolPolicy tools;
    private final EventChannel.Settings settings;
    private final BridgeCounters counters;
    private final long startedNanos;
    private volatile long deadlineNanos;
    private boolean answered;
    private EventChannel channel;

    PostCall(
            Message request,
            Responder responder,
            ToolPolicy tools,
            EventChannel.Settings settings,
            BridgeCounters counters,
            long startedNanos,
            long budgetNanos) {
        this.request = request;
        this.responder = responder;
        this.tools = tools;
        this.settings = settings;
        this.counters = counters;
        this.startedNanos = startedNanos;
        this.deadlineNanos = startedNanos + budgetNanos;
    }

    @Override
    public RequestId childId() {
        return request.id().orElseThrow().towardsChild();
    }

    Message request() {
        return request;
    }

    @Override
    public Optional<RequestId> progressToken() {
        return request.progressToken();
    }

    @Override
    public void answer(Message message) {
        boolean rewritten = !childId().equals(request.id().orElseThrow());
        byte[] line = rewritten ? message.withId(request.idJson().orElseThrow()) : message.line();
        if (request.isToolList() && message.kind() == Message.Kind.RESPONSE) answerTools(line);
        else finish(line);
    }

    private void answerTools(byte[] line) {
        Optional<byte[]> edited = tools.edited(line);
        if (edited.isPresent()) finish(edited.get());
        else
            fail(JsonRpcErrors.SERVER_ERROR, "the list of tools of the MCP server is not readable");
    }

    @Override
    public void fail(int code, String text) {
        finish(JsonRpcErrors.error(request.idJson(), code, text));
    }

    private void finish(byte[] json) {
        EventChannel open;
        synchronized (this) {
            if (answered) return;
            answered = true;
            open = channel;
        }
        if (open == null) responder.send(Response.json(200, json));
        else if (!open.offerLast(json)) counters.droppedAnswers.increment();
    }

    @Override
    public boolean message(byte[] line) {
        EventChannel open;
        synchronized (this) {
            if (answered) return false;
            open = stream();
        }
        return open.offer(line);
    }

    /** From now on the answer is a stream, whatever it will be: proxies cut silent answers. */
    synchronized void becomeStream() {
        if (!answered) stream();
    }

    /** The stream's thread opens it, as that may wait for the network. */
    private EventChannel stream() {
        if (channel == null) {
            channel = new EventChannel(settings, counters);
            Thread.ofVirtual().name("postern-post-stream").start(() -> channel.pump(responder));
        }
        return channel;
    }

    /** Closes the stream without waiting for its reader. */
    synchronized void abort() {
        if (channel != null) channel.close();
    }

    long ageNanos(long now) {
        return now - startedNanos;
    }

    boolean isOver(long now) {
        return now - deadlineNanos >= 0;
    }

    /** Leaves {@code patienceNanos} for an answer from now on, or less. */
    void shorten(long now, long patienceNanos) {
        long shorter = now + patienceNanos;
        if (shorter - deadlineNanos < 0) deadlineNanos = shorter;
    }
}
