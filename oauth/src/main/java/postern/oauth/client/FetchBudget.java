package postern.oauth.client;

import postern.core.Ticker;
import postern.fetch.FetchFailed;
import postern.http.RateLimiter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often strangers can make us fetch: per caller, in all, and not again for a while what has
 * just failed. Failures are only remembered to wait, never as an answer.
 */
final class FetchBudget {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final int MAX_FAILURES = 1_000;
    private static final String ALL = "all";

    private final Ticker ticker;
    private final RateLimiter perCaller;
    private final RateLimiter inAll;
    private final Map<String, Failure> failures =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failure> eldest) {
                    return size() > MAX_FAILURES;
                }
            };

    private record Failure(long atNanos, FetchFailed.Kind kind) {}

    FetchBudget(Ticker ticker) {
        this.ticker = ticker;
        this.perCaller = new RateLimiter(ticker, 10, Duration.ofSeconds(6), 10_000);
        this.inAll = new RateLimiter(ticker, 60, Duration.ofMillis(500), 1);
    }

    /**
     * @throws FetchFailed when it must not be tried now; while the pause after a failure lasts, of
     *     the kind of that failure
     */
    void spend(String url, String callerNetwork) throws FetchFailed {
        Optional<FetchFailed.Kind> justNow = failedJustNow(url);
        if (justNow.isPresent()) throw new FetchFailed(justNow.get(), "it failed a moment ago");
        if (perCaller.tryAcquire(callerNetwork).isPresent()) {
            throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "too many fetches for one caller");
        }
        if (inAll.tryAcquire(ALL).isPresent()) {
            throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "too many fetches in all");
        }
    }

    private synchronized Optional<FetchFailed.Kind> failedJustNow(String url) {
        return Optional.ofNullable(failures.get(url))
                .filter(last -> ticker.nanos() - last.atNanos < PAUSE_AFTER_FAILURE.toNanos())
                .map(Failure::kind);
    }

    synchronized void failed(String url, FetchFailed.Kind kind) {
        failures.remove(url);
        failures.put(url, new Failure(ticker.nanos(), kind));
    }

    synchronized void succeeded(String url) {
        failures.remove(url);
    }
}
