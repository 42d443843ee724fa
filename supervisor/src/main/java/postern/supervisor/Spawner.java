package postern.supervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts processes, all on one platform thread that lives as long as the supervisor: the kernel
 * sends the parent-death signal when the starting <em>thread</em> ends, not the process.
 */
final class Spawner implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ThreadPoolExecutor thread;

    Spawner(int queueSlots) {
        thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(queueSlots),
                        Threads.factory("postern-child-spawn"));
    }

    /**
     * Waits for the start, at most 20 s.
     *
     * @throws LaunchFailed with nothing left behind
     */
    Process spawn(List<String> command, Map<String, String> environment, Path directory)
            throws LaunchFailed {
        CompletableFuture<Process> started = new CompletableFuture<>();
        try {
            // A worker that ended by an exception would take all children with it: none may escape.
            thread.execute(() -> complete(started, command, environment, directory));
            return started.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw new LaunchFailed("the program could not be started", failed.getCause());
        } catch (RejectedExecutionException full) {
            throw new LaunchFailed("too many programs are being started", full);
        } catch (TimeoutException late) {
            started.thenAccept(Spawner::discard);
            throw new LaunchFailed("the program could not be started in time", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            started.thenAccept(Spawner::discard);
            throw new LaunchFailed("the start was interrupted", interrupted);
        }
    }

    private static void complete(
            CompletableFuture<Process> started,
            List<String> command,
            Map<String, String> environment,
            Path directory) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().clear(); // it starts as a copy of ours
            builder.environment().putAll(environment);
            started.complete(builder.start());
        } catch (IOException | RuntimeException | Error failed) {
            started.completeExceptionally(failed);
        }
    }

    private static void discard(Process late) {
        late.destroyForcibly(); // closes its pipes too
    }

    /** Only after all children are gone: the end of the thread kills them. */
    @Override
    public void close() {
        thread.shutdown();
        Threads.awaitEnd(thread, Duration.ofSeconds(2));
    }
}
