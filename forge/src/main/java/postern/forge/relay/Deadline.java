package postern.forge.relay;

import io.undertow.server.HttpServerExchange;

import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Ends one exchange when its time is over: neither a slow child nor a slow forge holds a worker for
 * ever.
 */
final class Deadline implements AutoCloseable {
    private final HttpServerExchange exchange;
    private final XnioExecutor.Key timer;
    private volatile Closeable other;
    private volatile boolean over;

    Deadline(HttpServerExchange exchange, Duration limit) {
        this.exchange = exchange;
        this.timer = start(limit);
    }

    private XnioExecutor.Key start(Duration limit) {
        try {
            return exchange.getIoThread()
                    .executeAfter(this::end, limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException relayEnds) {
            end();
            return () -> false;
        }
    }

    /** From now on {@code resource} is closed, too, when the time is over. */
    void alsoClose(Closeable resource) {
        other = resource;
        if (over) IoUtils.safeClose(resource);
    }

    /**
     * On the I/O thread, which other children wait for as well: closing their plain connection
     * waits for nothing there, whatever else there is may.
     */
    private void end() {
        over = true;
        IoUtils.safeClose(exchange.getConnection());
        Closeable also = other;
        if (also == null) return;
        Thread.ofVirtual().name("postern-relay-end").start(() -> IoUtils.safeClose(also));
    }

    @Override
    public void close() {
        timer.remove();
    }
}
