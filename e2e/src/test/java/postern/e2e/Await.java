package postern.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for conditions; says what it waited for, and how long that took. */
final class Await {
    private Await() {}

    /** Returns after how many milliseconds the condition held. */
    static long until(String what, Duration atMost, Callable<Boolean> condition) {
        long began = System.nanoTime();
        await(what)
                .pollInterval(Duration.ofMillis(10))
                .pollDelay(Duration.ZERO)
                .atMost(atMost)
                .until(condition);
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
