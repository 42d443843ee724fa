package postern.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps the writer busy, so that what is written meanwhile becomes one batch. */
final class HeldWriter {
    private HeldWriter() {}

    /** Runs {@code writes} as one batch, in this order. */
    static List<Future<?>> inOneBatch(Database database, List<Callable<?>> writes)
            throws Exception {
        var held = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> holder = callers.submit(() -> database.write(tx -> hold(held, go)));
            held.await();
            List<Future<?>> answers = new ArrayList<>();
            for (Callable<?> write : writes) {
                var caller = new AtomicReference<Thread>();
                answers.add(
                        callers.submit(() -> {
                            caller.set(Thread.currentThread());
                            return write.call();
                        }));
                await().until(() -> isWaiting(caller.get()));
            }
            go.countDown();
            holder.get();
            return answers;
        }
    }

    static Callable<?> write(Database database, Work<?> work) {
        return () -> database.write(work);
    }

    static Object hold(CountDownLatch held, CountDownLatch go) {
        held.countDown();
        try {
            go.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return null;
    }

    static boolean isWaiting(Thread thread) {
        return thread != null && thread.getState() == Thread.State.WAITING;
    }

    static Throwable failureOf(Future<?> answer) {
        return assertThrows(ExecutionException.class, answer::get).getCause();
    }
}
