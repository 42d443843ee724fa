package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Ticker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether something can be written, found out by writing. Anybody may ask, at any rate: one probe
 * answers all who ask within {@link #GOOD_FOR} of its beginning, and the next one begins only when
 * it has ended.
 */
final class WriteProbe {
    static final Duration GOOD_FOR = Duration.ofSeconds(5);

    /** A probe that takes longer says no until it has ended; nobody waits for more of it. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(WriteProbe.class);

    private final Runnable write;
    private final Ticker ticker;
    private CompletableFuture<Boolean> latest = CompletableFuture.completedFuture(false);
    private boolean hasBegun;
    private long begunNanos;

    /**
     * @param write fails with an exception when nothing can be written; may take its time
     */
    WriteProbe(Runnable write, Ticker ticker) {
        this.write = write;
        this.ticker = ticker;
    }

    boolean canWrite() {
        try {
            return latest().get(Math.max(0, leftNanos(PATIENCE)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException stuck) {
            return false;
        } catch (ExecutionException neverThrown) {
            throw new IllegalStateException(neverThrown);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized CompletableFuture<Boolean> latest() {
        if (!latest.isDone() || hasBegun && leftNanos(GOOD_FOR) > 0) return latest;
        hasBegun = true;
        begunNanos = ticker.nanos();
        var probe = new CompletableFuture<Boolean>();
        latest = probe;
        Thread.ofVirtual().name("postern-write-probe").start(() -> probe.complete(succeeds()));
        return probe;
    }

    private synchronized long leftNanos(Duration sinceBeginning) {
        return sinceBeginning.toNanos() - (ticker.nanos() - begunNanos);
    }

    private boolean succeeds() {
        try {
            write.run();
            return true;
        } catch (RuntimeException | Error failure) {
            LOG.atWarn().addKeyValue("reason", failure.getMessage()).log("app.write-probe.failed");
            return false;
        }
    }
}
