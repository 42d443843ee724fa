package postern.forge.relay;

import postern.core.Ticker;

import java.time.Duration;

/** Bounds how often one session calls: permits come back evenly. Safe for many threads. */
final class CallRate {
    private final Ticker ticker;
    private final int most;
    private final long nanosPerPermit;
    private long permits;
    private long refilledNanos;

    CallRate(int perMinute, Ticker ticker) {
        this.ticker = ticker;
        this.most = Math.max(1, perMinute / 2);
        this.nanosPerPermit = Duration.ofMinutes(1).toNanos() / perMinute;
        this.permits = most;
        this.refilledNanos = ticker.nanos();
    }

    synchronized boolean tryTake() {
        long earned = (ticker.nanos() - refilledNanos) / nanosPerPermit;
        if (earned > 0) {
            permits = Math.min(most, permits + earned);
            refilledNanos += earned * nanosPerPermit;
        }
        if (permits == 0) return false;
        permits--;
        return true;
    }
}
