package postern.oauth.authorize;

import postern.core.Ticker;
import postern.http.HttpError;
import postern.http.RateLimiter;
import postern.http.Request;

import java.time.Duration;

/**
 * How often one network may ask for authorization and answer the question: 600 times at once, then
 * once a second. Stands before whatever looks up, fetches or writes, all of which a stranger can
 * cause.
 */
final class SignInLimit {
    private static final int BURST = 600;
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int MAX_CALLERS = 10_000;

    private final RateLimiter limiter;

    SignInLimit(Ticker ticker) {
        this.limiter = new RateLimiter(ticker, BURST, INTERVAL, MAX_CALLERS);
    }

    /**
     * @throws HttpError 429
     */
    void count(Request request) {
        limiter.tryAcquire(request.clientNetwork())
                .ifPresent(wait -> {
                    throw HttpError.tooManyRequests(wait);
                });
    }
}
