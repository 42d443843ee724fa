package postern.oauth.client;

import postern.core.Ticker;
import postern.fetch.FetchFailed;
import postern.http.RateLimiter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * How often and how many strangers can make us fetch: per caller, in all, and not again for a while
 * what has just failed. Known clients, those with a live grant, have a budget of their own in all,
 * which no stranger's document spends. Failures are only remembered to wait, never as an answer.
 */
final class FetchBudget {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final int MAX_FAILURES = 1_000;
    private static final String ALL = "all";

    /** Of the 16 fetches that may run at once, so that slow hosts of strangers leave some over. */
    private static final int MAX_STRANGERS_AT_ONCE = 12;

    private final Ticker ticker;
    private final RateLimiter perCaller;
    private final Share strangers;
    private final Share known;
    private final Semaphore strangersAtOnce = new Semaphore(MAX_STRANGERS_AT_ONCE);
    private final Map<String, Failure> failures =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failure> eldest) {
                    return size() > MAX_FAILURES;
                }
            };

    private record Failure(long atNanos, FetchFailed.Kind kind) {}

    private record Share(RateLimiter inAll, FetchWaiters waiters) {}

    FetchBudget(Ticker ticker) {
        this.ticker = ticker;
        this.perCaller = new RateLimiter(ticker, 10, Duration.ofSeconds(6), 10_000);
        this.strangers = share();
        this.known = share();
    }

    private Share share() {
        return new Share(
                new RateLimiter(ticker, 60, Duration.ofMillis(500), 1), new FetchWaiters());
    }

    private Share share(boolean isKnown) {
        return isKnown ? known : strangers;
    }

    /**
     * Before anybody waits for a document, whoever fetches it; {@link #leave} must follow.
     *
     * @throws FetchFailed when too many wait already
     */
    void enter(String url, String callerNetwork, boolean isKnown) throws FetchFailed {
        if (share(isKnown).waiters.enter(url, callerNetwork)) return;
        throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "too many wait for documents");
    }

    void leave(String url, String callerNetwork, boolean isKnown) {
        share(isKnown).waiters.leave(url, callerNetwork);
    }

    /**
     * Before a fetch; {@link #end} must follow.
     *
     * @throws FetchFailed when it must not be tried now; while the pause after a failure lasts, of
     *     the kind of that failure
     */
    void begin(String url, String callerNetwork, boolean isKnown) throws FetchFailed {
        Optional<FetchFailed.Kind> justNow = failedJustNow(url);
        if (justNow.isPresent()) throw new FetchFailed(justNow.get(), "it failed a moment ago");
        if (perCaller.tryAcquire(callerNetwork).isPresent()) {
            throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "too many fetches for one caller");
        }
        if (share(isKnown).inAll.tryAcquire(ALL).isPresent()) {
            throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "too many fetches in all");
        }
        if (!isKnown && !strangersAtOnce.tryAcquire()) {
            throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "too many fetches at once");
        }
    }

    void end(boolean isKnown) {
        if (!isKnown) strangersAtOnce.release();
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
