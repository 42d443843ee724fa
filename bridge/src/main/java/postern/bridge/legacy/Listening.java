package postern.bridge.legacy;

import postern.bridge.BridgeCounters;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Where messages of the child go that belong to no call: to the GET stream, or into a bounded
 * buffer until there is one. The newest stream wins, because clients come back before they notice
 * that their old connection is dead.
 */
final class Listening {
    private final EventChannel.Settings limits;
    private final BridgeCounters counters;
    private final Deque<byte[]> buffer = new ArrayDeque<>();
    private long bufferBytes;
    private EventChannel open;
    private boolean ended;

    Listening(EventChannel.Settings limits, BridgeCounters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    synchronized void deliver(byte[] line) {
        if (ended) return;
        if (open == null || !open.offer(line)) keep(line);
    }

    private void keep(byte[] line) {
        buffer.add(line);
        bufferBytes += line.length;
        while (buffer.size() > limits.messages()
                || (bufferBytes > limits.bytes() && buffer.size() > 1)) {
            bufferBytes -= buffer.remove().length;
            counters.droppedMessages.increment();
        }
    }

    /** False when the session has ended. */
    synchronized boolean attach(EventChannel channel) {
        if (ended) return false;
        if (open != null) replace();
        open = channel;
        while (!buffer.isEmpty() && channel.offer(buffer.peek())) {
            bufferBytes -= buffer.remove().length;
        }
        return true;
    }

    private void replace() {
        open.close();
        takeBack(open.undelivered());
    }

    synchronized void detach(EventChannel channel) {
        if (open != channel) return;
        open = null;
        takeBack(channel.undelivered());
    }

    private void takeBack(List<byte[]> undelivered) {
        List<byte[]> newer = List.copyOf(buffer);
        buffer.clear();
        bufferBytes = 0;
        undelivered.forEach(this::keep);
        newer.forEach(this::keep);
    }

    synchronized void end() {
        ended = true;
        buffer.clear();
        if (open != null) open.close();
    }
}
