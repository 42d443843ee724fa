package postern.bridge;

import postern.core.Ticker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still until it is advanced. */
public final class TestTicker implements Ticker {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}
