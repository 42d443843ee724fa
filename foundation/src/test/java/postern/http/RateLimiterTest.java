package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

class RateLimiterTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final RateLimiter limiter = new RateLimiter(now::get, 3, Duration.ofSeconds(10), 32);

    private void advance(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private int allowed(String key, int tries) {
        int count = 0;
        for (int i = 0; i < tries; i++) {
            if (limiter.tryAcquire(key).isEmpty()) count++;
        }
        return count;
    }

    @Test
    void B18_a_burst_passes_and_the_next_one_is_told_how_long_to_wait() {
        assertEquals(3, allowed("a", 3));
        Duration wait = limiter.tryAcquire("a").orElseThrow();
        assertTrue(wait.compareTo(Duration.ofSeconds(10)) <= 0 && wait.toSeconds() >= 9);
        advance(wait);
        assertEquals(Optional.empty(), limiter.tryAcquire("a"));
        assertTrue(limiter.tryAcquire("a").isPresent());
    }

    @Test
    void H16_others_are_unaffected() {
        allowed("a", 100);
        assertEquals(3, allowed("b", 10));
    }

    @Test
    void a_long_pause_gives_one_burst_and_no_more() {
        allowed("a", 3);
        advance(Duration.ofDays(1));
        assertEquals(3, allowed("a", 10));
    }

    @Test
    void the_number_of_keys_is_bounded_and_the_emptiest_bucket_is_remembered() {
        allowed("attacker", 100);
        for (int i = 0; i < 10_000; i++) {
            limiter.tryAcquire("key" + i);
            assertTrue(limiter.keys() <= 32);
        }
        assertTrue(limiter.tryAcquire("attacker").isPresent());
    }
}
