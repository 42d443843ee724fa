package postern.oauth.client;

import postern.core.Ticker;
import postern.http.HttpError;
import postern.http.RateLimiter;
import postern.http.Request;

import java.time.Duration;
import java.util.Optional;

/**
 * Counts failed proofs of identity, for each known id and caller; unknown ids of one caller count
 * together, so that inventing ids fills no memory. Others are not affected (OAuth 2.1 section
 * 2.4.1).
 */
final class Failures {
    private static final int PER_MINUTE = 10;
    private static final int MAX_KEYS = 10_000;

    private final RateLimiter limiter;

    Failures(Ticker ticker) {
        limiter =
                new RateLimiter(
                        ticker, PER_MINUTE, Duration.ofMinutes(1).dividedBy(PER_MINUTE), MAX_KEYS);
    }

    /**
     * @param knownId empty when nobody has the presented id
     */
    static String key(Request request, Optional<String> knownId) {
        return request.clientNetwork() + knownId.map(id -> " " + id).orElse("");
    }

    /**
     * @throws HttpError 429, also for the right secret
     */
    void refuseAfterMany(String key) {
        limiter.check(key)
                .ifPresent(wait -> {
                    throw HttpError.tooManyRequests(wait);
                });
    }

    /**
     * @throws HttpError 429 when it is one too many, as among guesses that come all at once
     */
    void count(String key) {
        limiter.tryAcquire(key)
                .ifPresent(wait -> {
                    throw HttpError.tooManyRequests(wait);
                });
    }
}
