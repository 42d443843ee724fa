package postern.http;

import postern.core.Check;
import postern.core.Ticker;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token bucket per key: {@code burst} at once, then one per {@code interval}. Holds at most
 * {@code maxKeys} buckets; beyond that the fullest are forgotten, because a full bucket and a
 * forgotten one answer alike. Safe for many threads.
 */
public final class RateLimiter {
    private final Ticker ticker;
    private final long fullNanos;
    private final long intervalNanos;
    private final int maxKeys;
    private final Map<String, Bucket> buckets = new HashMap<>();

    private static final class Bucket {
        /** Worth one token per interval, so that no fraction is ever rounded. */
        long creditNanos;

        long readNanos;
    }

    public RateLimiter(Ticker ticker, int burst, Duration interval, int maxKeys) {
        this.ticker = ticker;
        Check.between("rate.burst", burst, 1, 100_000);
        Check.between("rate.interval", interval, Duration.ofNanos(1), Duration.ofDays(1));
        this.intervalNanos = interval.toNanos();
        this.fullNanos = Math.multiplyExact(burst, intervalNanos);
        this.maxKeys = Check.between("rate.max-keys", maxKeys, 1, 10_000_000);
    }

    /** Empty when the act may go on; else how long to wait before it may be tried again. */
    public synchronized Optional<Duration> tryAcquire(String key) {
        long now = ticker.nanos();
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            if (buckets.size() >= maxKeys) forgetFullest(now);
            bucket = new Bucket();
            bucket.creditNanos = fullNanos;
            bucket.readNanos = now;
            buckets.put(key, bucket);
        }
        refill(bucket, now);
        long missingNanos = intervalNanos - bucket.creditNanos;
        if (missingNanos > 0) return Optional.of(Duration.ofNanos(missingNanos));
        bucket.creditNanos -= intervalNanos;
        return Optional.empty();
    }

    /** What {@link #tryAcquire} would answer, without taking anything. */
    public synchronized Optional<Duration> check(String key) {
        Bucket bucket = buckets.get(key);
        if (bucket == null) return Optional.empty();
        refill(bucket, ticker.nanos());
        long missingNanos = intervalNanos - bucket.creditNanos;
        return missingNanos > 0 ? Optional.of(Duration.ofNanos(missingNanos)) : Optional.empty();
    }

    /** How many keys are remembered now. */
    public synchronized int keys() {
        return buckets.size();
    }

    private void refill(Bucket bucket, long now) {
        long elapsedNanos = now - bucket.readNanos;
        long roomNanos = fullNanos - bucket.creditNanos;
        bucket.creditNanos += Math.min(elapsedNanos, roomNanos);
        bucket.readNanos = now;
    }

    /** Makes room for a sixteenth at once, so that the search is paid for by as many newcomers. */
    private void forgetFullest(long now) {
        buckets.values().forEach(bucket -> refill(bucket, now));
        List<String> fullest =
                buckets.entrySet().stream()
                        .sorted(
                                Comparator.comparingLong((Map.Entry<String, Bucket> e) ->
                                                e.getValue().creditNanos)
                                        .reversed())
                        .limit(Math.max(1, maxKeys / 16))
                        .map(Map.Entry::getKey)
                        .toList();
        fullest.forEach(buckets::remove);
    }
}
