package postern.forge;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests that make the forge give out new tokens, each on a thread of its own: what has begun
 * comes to its end even when whoever waits for it goes away, because its answer cannot be had
 * twice.
 */
final class Exchanges implements AutoCloseable {
    private final Duration lastPatience;
    private final AtomicInteger underWay = new AtomicInteger();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("postern-forge-", 0).factory());

    /**
     * @param lastPatience how long {@link #close} waits for what is under way
     */
    Exchanges(Duration lastPatience) {
        this.lastPatience = lastPatience;
    }

    /**
     * Returns what {@code work} does.
     *
     * @throws UpstreamUnavailable also when this thread was interrupted; the work goes on
     */
    <T> T run(Callable<T> work) throws UpstreamRefused, UpstreamUnavailable {
        Future<T> running;
        try {
            running = threads.submit(() -> counted(work));
        } catch (RejectedExecutionException stopping) {
            throw new UpstreamUnavailable("the server is stopping", stopping);
        }
        try {
            return running.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UpstreamUnavailable("interrupted", interrupted);
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case UpstreamRefused refused -> throw refused;
                case UpstreamUnavailable unavailable -> throw unavailable;
                case RuntimeException bug -> throw bug;
                case Error error -> throw error;
                default -> throw new IllegalStateException(failure.getCause());
            }
        }
    }

    private <T> T counted(Callable<T> work) throws Exception {
        underWay.incrementAndGet();
        try {
            return work.call();
        } finally {
            underWay.decrementAndGet();
        }
    }

    boolean isBusy() {
        return underWay.get() > 0;
    }

    /** Begins nothing more and lets what is under way end, for a bounded time. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(lastPatience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
