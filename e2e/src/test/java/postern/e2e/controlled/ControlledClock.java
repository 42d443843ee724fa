package postern.e2e.controlled;

import postern.core.Ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The system's time, moved by what we say. */
final class ControlledClock implements InstantSource, Ticker {
    private final AtomicReference<Duration> wall = new AtomicReference<>(Duration.ZERO);
    private final AtomicReference<Duration> elapsed = new AtomicReference<>(Duration.ZERO);

    /** Time passes, for the wall clock and for what is waited for. */
    void advance(Duration passed) {
        wall.updateAndGet(passed::plus);
        elapsed.updateAndGet(passed::plus);
    }

    /** Somebody sets the wall clock; no time passes. */
    void jump(Duration by) {
        wall.updateAndGet(by::plus);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(wall.get());
    }

    @Override
    public long nanos() {
        return System.nanoTime() + elapsed.get().toNanos();
    }
}
