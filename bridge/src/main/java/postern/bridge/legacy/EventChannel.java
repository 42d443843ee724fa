package postern.bridge.legacy;

import postern.bridge.BridgeConfig;
import postern.bridge.BridgeCounters;
import postern.bridge.McpRefusal;
import postern.http.EventStream;
import postern.http.HttpError;
import postern.http.Responder;
import postern.http.Response;
import postern.http.ServerSentEvent;
import postern.http.StreamGone;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded queue and the stream that empties it. Offering never waits: a reader that does not keep
 * up loses its stream, the child goes on.
 */
final class EventChannel {
    private static final List<Response.Header> HEADERS =
            List.of(new Response.Header("X-Accel-Buffering", "no"));

    /**
     * Limits of one channel.
     *
     * @param keepAlive between comments
     * @param messages that may wait
     * @param bytes that may wait; one message more than that still fits
     */
    record Settings(Duration keepAlive, int messages, long bytes) {
        static Settings of(BridgeConfig config) {
            return new Settings(
                    config.keepAlive(), config.queuedMessages(), config.queuedSize().bytes());
        }
    }

    private enum State {
        OPEN,
        /** Nothing more comes; what waits is still sent. */
        ENDING,
        CLOSED
    }

    private final Settings settings;
    private final BridgeCounters counters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private State state = State.OPEN;
    private EventStream stream;

    EventChannel(Settings settings, BridgeCounters counters) {
        this.settings = settings;
        this.counters = counters;
    }

    /** False when the stream has ended, or ends now because its reader is too slow. */
    boolean offer(byte[] message) {
        return offer(message, false);
    }

    /** As {@link #offer}; the stream ends behind this message. */
    boolean offerLast(byte[] message) {
        return offer(message, true);
    }

    private boolean offer(byte[] message, boolean last) {
        lock.lock();
        try {
            if (state != State.OPEN) return false;
            if (waiting.size() < settings.messages && waitingBytes <= settings.bytes) {
                waiting.add(message);
                waitingBytes += message.length;
                if (last) state = State.ENDING;
                changed.signal();
                return true;
            }
        } finally {
            lock.unlock();
        }
        counters.slowReaders.increment();
        close();
        return false;
    }

    /** Sends what is offered until the channel or its reader ends; answers the request. */
    void pump(Responder responder) {
        EventStream opened;
        try {
            opened = responder.openEventStream(HEADERS);
        } catch (HttpError refusal) {
            close();
            responder.send(McpRefusal.shape(refusal));
            return;
        }
        try (opened) {
            if (!own(opened)) return;
            var unused = opened.closed().thenRun(this::close);
            for (byte[] next = take(); next != null; next = take()) {
                if (next.length == 0) opened.keepAlive();
                else opened.send(ServerSentEvent.of(next));
            }
        } catch (StreamGone gone) {
            if (gone.getMessage().equals("slow")) counters.slowReaders.increment();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private boolean own(EventStream opened) {
        lock.lock();
        try {
            stream = opened;
            return state != State.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    /** The next message; empty when it is time for a sign of life, null at the end. */
    private byte[] take() throws InterruptedException {
        lock.lock();
        try {
            long left = settings.keepAlive.toNanos();
            while (waiting.isEmpty() && state == State.OPEN) {
                if (left <= 0) return new byte[0];
                left = changed.awaitNanos(left);
            }
            if (state == State.CLOSED || waiting.isEmpty()) return null;
            byte[] next = waiting.remove();
            waitingBytes -= next.length;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream at once; what waits stays for {@link #undelivered}. */
    void close() {
        EventStream open;
        lock.lock();
        try {
            state = State.CLOSED;
            open = stream;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (open != null) open.close();
    }

    /** What was accepted and never sent; afterwards it is the caller's. */
    List<byte[]> undelivered() {
        lock.lock();
        try {
            List<byte[]> left = new ArrayList<>(waiting);
            waiting.clear();
            waitingBytes = 0;
            return left;
        } finally {
            lock.unlock();
        }
    }
}
