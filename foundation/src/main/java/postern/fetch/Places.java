package postern.fetch;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * So many steps at once and no more, each on a platform thread of its own: looking up a name blocks
 * and cannot be interrupted, and a virtual thread that does so takes the thread below it from
 * everybody.
 */
final class Places implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;
    private final String whenFull;

    /**
     * @param threadName with a number behind it
     * @param whenFull for the log, when there is no place
     */
    Places(int count, String threadName, String whenFull) {
        this.whenFull = whenFull;
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        count,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        Thread.ofPlatform().name(threadName, 0).daemon(true).factory());
    }

    /** Fails with {@link FetchFailed.Kind#OUR_LIMIT} when there is no place. */
    <T> CompletableFuture<T> start(Callable<T> step) {
        var answer = new CompletableFuture<T>();
        try {
            threads.execute(() -> {
                try {
                    answer.complete(step.call());
                } catch (Throwable failure) {
                    // also an Error: somebody waits for the answer
                    answer.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(
                    new FetchFailed(FetchFailed.Kind.OUR_LIMIT, whenFull, full));
        }
        return answer;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
