package postern.forge;

import postern.core.Ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves when a test moves it. */
public final class HandClock implements InstantSource, Ticker {
    private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanos() {
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    public synchronized void advance(Duration time) {
        now = now.plus(time);
    }
}
