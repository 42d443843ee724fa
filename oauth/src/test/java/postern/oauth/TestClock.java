package postern.oauth;

import postern.core.Ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Time that stands still until a test moves it. The two clocks move apart on purpose. */
public final class TestClock implements InstantSource {
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    private final AtomicReference<Runnable> onNextRead = new AtomicReference<>();
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public Instant instant() {
        Runnable action = onNextRead.getAndSet(null);
        if (action != null) action.run();
        return now.get();
    }

    /** Moves the dated clock; backwards, too. */
    public void advance(Duration by) {
        now.updateAndGet(moment -> moment.plus(by));
    }

    /** Lets the limits for each address forget what was. */
    public void relaxLimits() {
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    }

    public Ticker ticker() {
        return nanos::get;
    }

    /**
     * Runs {@code action} in the thread that reads the clock next: between two steps of a request.
     */
    public void onNextRead(Runnable action) {
        onNextRead.set(action);
    }
}
