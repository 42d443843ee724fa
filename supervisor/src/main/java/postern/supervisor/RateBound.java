package postern.supervisor;

import postern.core.Ticker;

import java.time.Duration;

/** A bucket of permits that refills evenly and counts what it refused. For one thread. */
final class RateBound {
    private final Ticker ticker;
    private final int burst;
    private final long nanosPerPermit;
    private long permits;
    private long refilledNanos;
    private long refused;

    RateBound(Ticker ticker, int burst, int permitsPerSecond) {
        this.ticker = ticker;
        this.burst = burst;
        this.nanosPerPermit = Duration.ofSeconds(1).toNanos() / permitsPerSecond;
        this.permits = burst;
        this.refilledNanos = ticker.nanos();
    }

    boolean tryTake() {
        long earned = (ticker.nanos() - refilledNanos) / nanosPerPermit;
        if (earned > 0) {
            permits = Math.min(burst, permits + earned);
            refilledNanos += earned * nanosPerPermit;
        }
        if (permits == 0) {
            refused++;
            return false;
        }
        permits--;
        return true;
    }

    /** How many were refused since the last call. */
    long takeRefused() {
        long count = refused;
        refused = 0;
        return count;
    }
}
