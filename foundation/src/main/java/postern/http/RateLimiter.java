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
    private final int burst;
    private final long intervalNanos;
    private final int maxKeys;
    private final Map<String, Bucket> buckets = new HashMap<>();

    private static final class Bucket {
        double tokens;
        long readNanos;
    }

    public RateLimiter(Ticker ticker, int burst, Duration interval, int maxKeys) {
        this.ticker = ticker;
        this.burst = Check.between("rate.burst", burst, 1, 1_000_000);
        Check.between("rate.interval", interval, Duration.ofNanos(1), Duration.ofDays(1));
        this.intervalNanos = interval.toNanos();
        this.maxKeys = Check.between("rate.max-keys", maxKeys, 1, 10_000_000);
    }

    /** Empty when the act may go on; else how long to wait before it may be tried again. */
    public synchronized Optional<Duration> tryAcquire(String key) {
        long now = ticker.nanos();
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            if (buckets.size() >= maxKeys) forgetFullest(now);
            bucket = new Bucket();
            bucket.tokens = burst;
            bucket.readNanos = now;
            buckets.put(key, bucket);
        }
        refill(bucket, now);
        if (bucket.tokens < 1) {
            return Optional.of(Duration.ofNanos((long) ((1 - bucket.tokens) * intervalNanos) + 1));
        }
        bucket.tokens -= 1;
        return Optional.empty();
    }

    /** How many keys are remembered now. */
    public synchronized int keys() {
        return buckets.size();
    }

    private void refill(Bucket bucket, long now) {
        double gained = (double) (now - bucket.readNanos) / intervalNanos;
        bucket.tokens = Math.min(burst, bucket.tokens + gained);
        bucket.readNanos = now;
    }

    /** Makes room for a sixteenth at once, so that the search is paid for by as many newcomers. */
    private void forgetFullest(long now) {
        buckets.values().forEach(bucket -> refill(bucket, now));
        List<String> fullest =
                buckets.entrySet().stream()
                        .sorted(
                                Comparator.comparingDouble((Map.Entry<String, Bucket> e) ->
                                                e.getValue().tokens)
                                        .reversed())
                        .limit(Math.max(1, maxKeys / 16))
                        .map(Map.Entry::getKey)
                        .toList();
        fullest.forEach(buckets::remove);
    }
}
