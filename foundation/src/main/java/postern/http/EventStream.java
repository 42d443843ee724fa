package postern.http;

import io.undertow.server.HttpServerExchange;

import org.xnio.channels.StreamSinkChannel;

import postern.core.Ticker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open {@code text/event-stream} answer. Holds nothing back: {@link #send} returns when the
 * kernel has the event, so a slow reader slows its sender and nobody else, and is cut off after the
 * server's deadline. A reader that leaves is noticed within milliseconds, also while nothing is
 * sent. Safe for several threads; their events go out one after the other.
 */
public final class EventStream implements AutoCloseable {
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Optional<Call> call;
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final ReentrantLock sending = new ReentrantLock();
    private StreamSinkChannel channel;
    private volatile Thread waiter;
    private volatile boolean writable;

    EventStream(Call call) {
        this.call = Optional.of(call);
    }

    private EventStream() {
        this.call = Optional.empty();
        closed.complete("never opened");
    }

    /** For a client that left before its stream was opened. */
    static EventStream neverOpened() {
        return new EventStream();
    }

    /** Sends the header fields, so that the client knows at once that the stream is open. */
    void start(HttpServerExchange exchange) {
        sending.lock();
        try {
            channel = exchange.getResponseChannel();
            channel.getWriteSetter()
                    .set(ready -> {
                        ready.suspendWrites();
                        writable = true;
                        LockSupport.unpark(waiter);
                    });
            flush(deadline());
        } catch (StreamGone left) {
            // The caller learns it from closed() or from its first event.
        } finally {
            sending.unlock();
        }
    }

    /** The client's end of the connection, or ours, has ended. */
    void gone(String why) {
        if (closed.complete(why)) LockSupport.unpark(waiter);
    }

    /**
     * Returns when the kernel has the whole event.
     *
     * @throws StreamGone the reader left, took longer than the server's slow-reader deadline, or
     *     the stream was closed; the stream is then closed for good
     */
    public void send(ServerSentEvent event) throws StreamGone {
        sending.lock();
        try {
            write(event.encoded());
        } finally {
            sending.unlock();
        }
    }

    /**
     * Sends a comment line, which clients ignore and proxies take for life. Does nothing while an
     * event is on its way: that is a sign of life, too.
     *
     * @throws StreamGone as {@link #send}
     */
    public void keepAlive() throws StreamGone {
        if (!sending.tryLock()) return;
        try {
            write(COMMENT);
        } finally {
            sending.unlock();
        }
    }

    /** Completes once, with a word for the log, when the stream has ended for whatever reason. */
    public CompletableFuture<String> closed() {
        return closed;
    }

    /**
     * Ends the stream. The client gets all that {@link #send} has returned for; an event that is
     * still being sent by another thread fails with {@link StreamGone}. Never waits.
     */
    @Override
    public void close() {
        boolean first = closed.complete("server");
        LockSupport.unpark(waiter);
        if (!first) return;
        if (sending.tryLock()) {
            try {
                call.ifPresent(Call::endStream);
            } finally {
                sending.unlock();
            }
        } else {
            call.ifPresent(Call::abort);
        }
    }

    /** For tests: whether some thread is sending now. */
    boolean isSending() {
        return sending.isLocked();
    }

    private void write(byte[] bytes) throws StreamGone {
        long deadline = deadline();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                if (closed.isDone()) throw new StreamGone(closed.join());
                if (channel.write(buffer) == 0) awaitWritable(deadline);
            }
        } catch (StreamGone gone) {
            throw gone;
        } catch (IOException broken) {
            throw lost("rst");
        }
        flush(deadline);
    }

    private void flush(long deadline) throws StreamGone {
        try {
            while (!channel.flush()) awaitWritable(deadline);
        } catch (StreamGone gone) {
            throw gone;
        } catch (IOException broken) {
            throw lost("rst");
        }
    }

    private StreamGone lost(String why) {
        gone(why);
        call.ifPresent(Call::abort);
        return new StreamGone(closed.join());
    }

    private void awaitWritable(long deadline) throws StreamGone {
        waiter = Thread.currentThread();
        writable = false;
        channel.resumeWrites();
        while (!writable) {
            if (closed.isDone()) throw new StreamGone(closed.join());
            long left = deadline - ticker().nanos();
            if (left <= 0) throw lost("slow");
            if (Thread.interrupted()) throw lost("interrupted");
            LockSupport.parkNanos(this, left);
        }
    }

    private long deadline() {
        return ticker().nanos() + patience().toNanos();
    }

    private Duration patience() {
        return call.map(c -> c.shared.config().slowReaderDeadline()).orElse(Duration.ZERO);
    }

    private Ticker ticker() {
        return call.map(c -> c.shared.ticker()).orElse(Ticker.system());
    }
}
