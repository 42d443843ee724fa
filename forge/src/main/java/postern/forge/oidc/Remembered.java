package postern.forge.oidc;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamUnavailable;
import postern.core.Ticker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A document of the provider: fetched when it is first needed, and after an hour anew, behind the
 * back of whoever uses it then. So a provider that is away for less than a day is not missed here.
 * One request at a time; after one that failed, nobody asks for ten seconds.
 */
final class Remembered<T> {
    static final Duration FRESH = Duration.ofHours(1);
    static final Duration USABLE = Duration.ofHours(24);
    static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    static final Duration BETWEEN_RENEWALS = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Remembered.class);

    private final Source<T> source;
    private final Ticker ticker;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile Optional<Known<T>> known = Optional.empty();
    private volatile Optional<Failed> failed = Optional.empty();
    private Optional<Long> renewedAtNanos = Optional.empty();

    /** Where it comes from. */
    interface Source<T> {
        T fetch() throws UpstreamUnavailable;
    }

    private record Known<T>(T document, long atNanos) {}

    private record Failed(UpstreamUnavailable why, long atNanos) {}

    Remembered(Source<T> source, Ticker ticker) {
        this.source = source;
        this.ticker = ticker;
    }

    /**
     * @throws UpstreamUnavailable there is none, and none can be had now
     */
    T get() throws UpstreamUnavailable {
        Optional<Known<T>> present = known;
        if (present.isEmpty() || isOver(present.get().atNanos, USABLE)) {
            return whileAlone(this::fetchedUnlessPresent);
        }
        if (isOver(present.get().atNanos, FRESH)) fetchBehind();
        return present.get().document;
    }

    /** Fetches it if that has not been done, and lets nobody wait or fail for it. */
    void fetchBehind() {
        if (fetching.isLocked() || recentFailure().isPresent()) return;
        Thread.ofVirtual()
                .name("postern-oidc-fetch")
                .start(() -> {
                    try {
                        whileAlone(this::fetchedUnlessFresh);
                    } catch (UpstreamUnavailable failure) {
                        LOG.atWarn()
                                .addKeyValue("detail", failure.getMessage())
                                .log("forge.oidc.document-not-fetched");
                    }
                });
    }

    /**
     * For who misses something in {@code seen}: a newer one. Empty when the provider was asked for
     * one within the last minute: tokens with made-up keys must not become requests to it.
     */
    Optional<T> newerThan(T seen) throws UpstreamUnavailable {
        fetching.lock();
        try {
            T present = get();
            if (present != seen) return Optional.of(present);
            if (renewedAtNanos.isPresent() && !isOver(renewedAtNanos.get(), BETWEEN_RENEWALS)) {
                return Optional.empty();
            }
            renewedAtNanos = Optional.of(ticker.nanos());
            return Optional.of(fetched());
        } finally {
            fetching.unlock();
        }
    }

    private T whileAlone(Source<T> step) throws UpstreamUnavailable {
        fetching.lock();
        try {
            return step.fetch();
        } finally {
            fetching.unlock();
        }
    }

    private T fetchedUnlessPresent() throws UpstreamUnavailable {
        return fetchedUnlessYoungerThan(USABLE);
    }

    private T fetchedUnlessFresh() throws UpstreamUnavailable {
        return fetchedUnlessYoungerThan(FRESH);
    }

    private T fetchedUnlessYoungerThan(Duration age) throws UpstreamUnavailable {
        Optional<Known<T>> present = known;
        if (present.isPresent() && !isOver(present.get().atNanos, age)) {
            return present.get().document;
        }
        Optional<UpstreamUnavailable> before = recentFailure();
        if (before.isPresent()) {
            throw new UpstreamUnavailable(before.get().getMessage(), before.get());
        }
        return fetched();
    }

    private Optional<UpstreamUnavailable> recentFailure() {
        return failed.filter(one -> !isOver(one.atNanos, AFTER_FAILURE)).map(Failed::why);
    }

    private T fetched() throws UpstreamUnavailable {
        try {
            T document = source.fetch();
            known = Optional.of(new Known<>(document, ticker.nanos()));
            failed = Optional.empty();
            return document;
        } catch (UpstreamUnavailable failure) {
            failed = Optional.of(new Failed(failure, ticker.nanos()));
            throw failure;
        }
    }

    private boolean isOver(long sinceNanos, Duration time) {
        return ticker.nanos() - sinceNanos >= time.toNanos();
    }
}
