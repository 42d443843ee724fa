package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Tells the listeners about state changes, in order, on one thread: a slow listener delays notices
 * and never a child. What waits is bounded by six changes per child.
 */
final class Notices implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Notices.class);

    private final List<Consumer<ChildStateChange>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Threads.factory("postern-child-notices"));

    void add(Consumer<ChildStateChange> listener) {
        listeners.add(listener);
    }

    void send(ChildStateChange change) {
        try {
            thread.execute(() -> deliver(change));
        } catch (RejectedExecutionException closed) {
            log.atWarn().addKeyValue("child", change.child()).log("child.notice.late");
        }
    }

    private void deliver(ChildStateChange change) {
        for (Consumer<ChildStateChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException thrown) {
                log.atError().setCause(thrown).log("child.notice.failed");
            }
        }
    }

    /** Delivers what waits, within 1 s. */
    @Override
    public void close() {
        thread.shutdown();
        if (!Threads.awaitEnd(thread, Duration.ofSeconds(1))) thread.shutdownNow();
    }
}
