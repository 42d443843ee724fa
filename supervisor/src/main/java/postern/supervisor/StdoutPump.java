package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.DataSize;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Hands the lines of a child's stdout, and then its end, to the listener: the reader thread. */
final class StdoutPump {
    private static final Logger log = LoggerFactory.getLogger(StdoutPump.class);
    private static final Duration EXIT_AFTER_END_OF_FILE = Duration.ofMillis(500);

    private final InputStream in;
    private final LineReader reader;
    private final DataSize lineLimit;
    private final ChildId id;
    private final ChildListener listener;
    private final Consumer<String> failure;
    private final Thread thread;
    private final CountDownLatch drained = new CountDownLatch(1);
    private final CompletableFuture<ChildExit> exit = new CompletableFuture<>();

    /**
     * @param failure told, on the reader thread, why the child must end
     */
    StdoutPump(
            InputStream in,
            ChildLimits limits,
            ChildId id,
            ChildListener listener,
            Consumer<String> failure,
            String threadName) {
        this.in = in;
        this.lineLimit = limits.lineLimit();
        this.reader = new LineReader(in, lineLimit);
        this.id = id;
        this.listener = listener;
        this.failure = failure;
        this.thread = Threads.platform(threadName, this::run);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    /** Waits until all that the child wrote has been heard. */
    boolean awaitDrained(Duration patience) {
        try {
            return !thread.isAlive() || drained.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the reading: of a pipe that somebody else still holds, or that was never read. */
    void close() {
        try {
            in.close();
        } catch (IOException ignored) {
            // It is a pipe for reading: there is nothing to lose.
        }
    }

    /** Lets the reader thread tell the listener and end. */
    void exited(ChildExit how) {
        exit.complete(how);
    }

    private void run() {
        try {
            readLines();
        } finally {
            drained.countDown();
        }
        close();
        if (!exitsSoon()) failure.accept("closed its stdout");
        ChildExit how = exit.join(); // the ending completes it, whatever happens to the child
        Thread.interrupted(); // was meant for a line that the listener held up
        try {
            listener.exited(how);
        } catch (RuntimeException thrown) {
            log.atError().addKeyValue("child", id).setCause(thrown).log("child.listener.failed");
        }
    }

    private void readLines() {
        try {
            for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
                listener.line(line.get());
            }
        } catch (LineReader.LineTooLong tooLong) {
            failure.accept("line over " + lineLimit);
        } catch (IOException closed) {
            // Closed by us after the child's death.
        } catch (RuntimeException thrown) {
            log.atError().addKeyValue("child", id).setCause(thrown).log("child.listener.failed");
            failure.accept("listener failed");
        }
    }

    private boolean exitsSoon() {
        try {
            exit.get(EXIT_AFTER_END_OF_FILE.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException alive) {
            return false;
        } catch (InterruptedException ending) {
            return true;
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
