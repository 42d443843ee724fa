package postern.e2e.rules;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Demands that say what was expected and what was seen. */
final class Expect {
    private static final long LOOK_AGAIN_NANOS = 10_000_000;

    private Expect() {}

    static void equal(String what, Object expected, Object seen) {
        if (!Objects.equals(expected, seen)) {
            throw new AssertionError(what + ": expected " + expected + "; seen " + seen);
        }
    }

    static void that(boolean holds, String expected) {
        if (!holds) throw new AssertionError("expected: " + expected);
    }

    /** Looks again and again until it holds. */
    static void soon(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected within " + patience + ": " + what);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
