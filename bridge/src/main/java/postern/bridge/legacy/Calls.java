package postern.bridge.legacy;

import postern.mcp.RequestId;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of one session that wait for an answer. After {@link #close} none can slip in. */
final class Calls {
    /** What became of an attempt to add a call. */
    enum Added {
        YES,
        SAME_ID_WAITS,
        FULL,
        CLOSED
    }

    private final int max;
    private final Map<RequestId, Call> waiting = new HashMap<>();
    private boolean closed;

    Calls(int max) {
        this.max = max;
    }

    synchronized Added add(Call call) {
        if (closed) return Added.CLOSED;
        if (waiting.containsKey(call.childId())) return Added.SAME_ID_WAITS;
        if (waiting.size() >= max) return Added.FULL;
        waiting.put(call.childId(), call);
        return Added.YES;
    }

    /** The call with that id, which then waits no longer. */
    synchronized Optional<Call> take(RequestId id) {
        return Optional.ofNullable(waiting.remove(id));
    }

    /** True when it waited until now. */
    synchronized boolean remove(Call call) {
        return waiting.remove(call.childId(), call);
    }

    synchronized Optional<Call> find(RequestId id) {
        return Optional.ofNullable(waiting.get(id));
    }

    synchronized Optional<Call> withProgressToken(RequestId token) {
        return waiting.values().stream()
                .filter(call -> call.progressToken().filter(token::equals).isPresent())
                .findAny();
    }

    synchronized Optional<Call> onlyOne() {
        return waiting.size() == 1
                ? Optional.of(waiting.values().iterator().next())
                : Optional.empty();
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    synchronized List<Call> all() {
        return List.copyOf(waiting.values());
    }

    /** Refuses new calls from now on and gives back those that wait, in one step. */
    synchronized List<Call> close() {
        closed = true;
        return takeAll();
    }

    /** All calls, which then wait no longer. */
    synchronized List<Call> takeAll() {
        List<Call> left = List.copyOf(waiting.values());
        waiting.clear();
        return left;
    }
}
