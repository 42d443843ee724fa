package postern.forge;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Looks again and again for what another process may do at any moment, for a bounded time.
 *
 * @param atMost zero or more
 */
record Patience(Duration atMost) {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    /** Whether {@code holds} came true; an interrupt ends the waiting and stays set. */
    boolean until(BooleanSupplier holds) {
        long looks = 1 + atMost.dividedBy(BETWEEN);
        for (long look = 0; look < looks; look++) {
            if (holds.getAsBoolean()) return true;
            if (Thread.currentThread().isInterrupted()) return false;
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        return holds.getAsBoolean();
    }
}
