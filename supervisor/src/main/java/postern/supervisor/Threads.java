package postern.supervisor;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * How this room makes and waits for its threads: platform threads, since pipes stall virtual ones.
 */
final class Threads {
    private Threads() {}

    static Thread platform(String name, Runnable work) {
        return Thread.ofPlatform().name(name).daemon().unstarted(work);
    }

    static ThreadFactory factory(String name) {
        return Thread.ofPlatform().name(name).daemon().factory();
    }

    /**
     * @return true when the thread has ended or was never started
     */
    static boolean awaitEnd(Thread thread, Duration patience) {
        if (!thread.isAlive()) return true;
        try {
            return thread.join(patience);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static boolean awaitEnd(ExecutorService executor, Duration patience) {
        try {
            return executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
