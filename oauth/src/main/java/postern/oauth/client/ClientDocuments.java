package postern.oauth.client;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Grants;
import postern.core.Ticker;
import postern.fetch.FetchFailed;
import postern.fetch.Fetched;
import postern.http.HttpError;
import postern.oauth.OAuthError;
import postern.oauth.client.DocumentTable.Stored;
import postern.store.Database;
import postern.store.Tx;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Clients that a URL describes (Client ID Metadata Documents). The shipped copies are used as they
 * are; other documents are fetched, one fetch for each URL at a time and never inside a
 * transaction, and their last good copy is kept for what was agreed under it, and for new sign-ins
 * while the host is not available.
 */
public final class ClientDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(ClientDocuments.class);
    private static final Duration MIN_FRESH = Duration.ofMinutes(1);
    private static final Duration MAX_FRESH = Duration.ofHours(24);
    private static final Duration FRESH_WHEN_SILENT = Duration.ofHours(1);

    /** How long a copy still serves new sign-ins while its host is not available. */
    private static final Duration STALE = Duration.ofHours(24);

    /**
     * The same while limits of ours keep us from asking: somebody may have used them up on purpose,
     * so that a redirect URI lives on that the document no longer names. Not for clients with a
     * live grant, which people here rely on: the budget for those is not spent by strangers, and so
     * theirs are served for {@link #STALE}, which bounds how long what was removed still counts.
     */
    private static final Duration STALE_UNASKED = Duration.ofMinutes(5);

    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);
    private static final Duration UNUSED = Duration.ofDays(90);

    /**
     * @param network whose limits it counts for
     * @param known whether the client has a live grant
     */
    private record Ask(String url, URI address, String network, boolean known) {}

    private final DocumentPolicy policy;
    private final DocumentSource source;
    private final Database database;
    private final String ownHost;
    private final InstantSource clock;
    private final FetchBudget budget;
    private final DocumentTable table = new DocumentTable();
    private final ShippedDocuments shipped = ShippedDocuments.load();
    private final Map<String, CompletableFuture<Stored>> underWay = new ConcurrentHashMap<>();

    /**
     * @param issuer our own address, which is never asked: one request would make the next
     */
    public ClientDocuments(
            DocumentPolicy policy,
            DocumentSource source,
            Database database,
            URI issuer,
            InstantSource clock,
            Ticker ticker) {
        this.policy = policy;
        this.source = source;
        this.database = database;
        this.ownHost = issuer.getHost();
        this.clock = clock;
        this.budget = new FetchBudget(ticker);
    }

    /** For requests that go on with what was agreed before; asks nobody, whatever the age. */
    Optional<Client> remembered(String url) {
        return database.read(tx -> remembered(tx, url));
    }

    Optional<Client> remembered(Tx tx, String url) throws SQLException {
        Optional<Client> copy = shipped(url);
        if (copy.isPresent() || policy != DocumentPolicy.OPEN) return copy;
        return table.find(tx, url).map(Stored::client);
    }

    /**
     * For new sign-ins: fetched again when it is not fresh.
     *
     * @throws OAuthError invalid_client when the URL is none, or nothing usable came back
     * @throws HttpError 503 when limits of ours keep us from asking, and no copy may serve
     */
    Client current(String url, String callerNetwork) {
        Optional<Client> copy = shipped(url);
        if (copy.isPresent()) return copy.get();
        if (policy != DocumentPolicy.OPEN) throw refused("document of a host that is not allowed");
        URI address = DocumentUrl.parse(url).orElseThrow(() -> refused("not a document's URL"));
        if (address.getHost().equals(ownHost)) throw refused("document on this server");
        Instant now = clock.instant();
        Optional<Stored> kept = stored(url);
        if (kept.filter(document -> document.isFresh(now)).isPresent()) return kept.get().client();
        boolean known = kept.isPresent() && hasLiveGrant(url, now);
        try {
            return fetchedOnce(new Ask(url, address, callerNetwork, known)).client();
        } catch (FetchFailed failed) {
            LOG.atWarn()
                    .addKeyValue("host", address.getHost())
                    .addKeyValue("detail", failed.getMessage())
                    .log("oauth.document.fetch-failed");
            return kept.filter(document -> mayServeStale(document, failed.kind(), known, now))
                    .orElseThrow(() -> unfetched(failed.kind()))
                    .client();
        }
    }

    private boolean hasLiveGrant(String url, Instant now) {
        return database.read(tx -> Grants.mayHaveLiveGrant(tx, url, now));
    }

    /**
     * What the host no longer has, or has changed into something invalid, is not served: a redirect
     * URI may have been removed because it has fallen into other hands (C7). Nor is what the host
     * did not want kept.
     */
    private static boolean mayServeStale(
            Stored document, FetchFailed.Kind failure, boolean known, Instant now) {
        Duration asked = Duration.between(document.fetchedAt(), document.freshUntil());
        if (asked.compareTo(MIN_FRESH) <= 0) return false; // no-store, no-cache, or as good as
        return switch (failure) {
            case UNAVAILABLE -> now.isBefore(document.freshUntil().plus(STALE));
            case OUR_LIMIT ->
                    now.isBefore(document.freshUntil().plus(known ? STALE : STALE_UNASKED));
            case NOT_USABLE -> false;
        };
    }

    void markUsed(Tx tx, String url, Instant now) throws SQLException {
        table.markUsed(tx, url, now);
    }

    /**
     * Forgets copies of clients that have no live grant and that nobody signed in with for 90 days,
     * in small transactions.
     */
    void forgetUnused(Instant now) {
        Instant before = now.minus(UNUSED);
        Optional<String> last = Optional.of("");
        while (last.isPresent()) {
            String after = last.get();
            List<String> some = database.read(tx -> table.unusedSince(tx, before, after));
            List<String> idle = some.stream().filter(url -> !hasLiveGrant(url, now)).toList();
            if (!idle.isEmpty()) database.write(tx -> forget(tx, idle, before, now));
            last = some.isEmpty() ? Optional.empty() : Optional.of(some.getLast());
        }
    }

    private Void forget(Tx tx, List<String> urls, Instant before, Instant now) throws SQLException {
        for (String url : urls) {
            // somebody may have signed in meanwhile
            if (!Grants.mayHaveLiveGrant(tx, url, now)) table.forget(tx, url, before);
        }
        return null;
    }

    private Optional<Client> shipped(String url) {
        return policy == DocumentPolicy.OFF ? Optional.empty() : shipped.find(url);
    }

    private Optional<Stored> stored(String url) {
        return database.read(tx -> table.find(tx, url));
    }

    /** Whoever comes while a fetch is under way gets what it brings. */
    private Stored fetchedOnce(Ask ask) throws FetchFailed {
        budget.enter(ask.url, ask.network, ask.known);
        try {
            return fetchedOrJoined(ask);
        } finally {
            budget.leave(ask.url, ask.network, ask.known);
        }
    }

    private Stored fetchedOrJoined(Ask ask) throws FetchFailed {
        var mine = new CompletableFuture<Stored>();
        CompletableFuture<Stored> others = underWay.putIfAbsent(ask.url, mine);
        if (others != null) return joined(others);
        try {
            Stored document = fetched(ask);
            mine.complete(document);
            return document;
        } catch (FetchFailed | RuntimeException failure) {
            mine.completeExceptionally(failure);
            throw failure;
        } finally {
            underWay.remove(ask.url, mine);
            // whatever else went wrong: nobody waits for ever
            mine.completeExceptionally(new FetchFailed("the fetch was given up"));
        }
    }

    private static Stored joined(CompletableFuture<Stored> others) throws FetchFailed {
        try {
            return others.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof FetchFailed failed) throw failed;
            if (failure.getCause() instanceof RuntimeException refusal) throw refusal;
            throw failure;
        }
    }

    private Stored fetched(Ask ask) throws FetchFailed {
        String url = ask.url;
        // somebody's fetch may have ended after we looked and before our turn
        Optional<Stored> meanwhile = stored(url).filter(kept -> kept.isFresh(clock.instant()));
        if (meanwhile.isPresent()) return meanwhile.get();
        budget.begin(url, ask.network, ask.known);
        try {
            Fetched answer = source.get(ask.address);
            Client client = ClientDocument.parse(url, answer.body(), ClientKind.DOCUMENT);
            Instant now = clock.instant();
            var document = new Stored(client, now, now.plus(fresh(answer)));
            database.write(tx -> {
                table.keep(tx, document);
                return null;
            });
            budget.succeeded(url);
            return document;
        } catch (FetchFailed failed) {
            throw noted(url, failed);
        } catch (OAuthError invalid) {
            throw noted(url, new FetchFailed(invalid.getMessage(), invalid));
        } finally {
            budget.end(ask.known);
        }
    }

    private FetchFailed noted(String url, FetchFailed failed) {
        budget.failed(url, failed.kind());
        // else the old copy would be back when the host goes down, or after a restart of ours
        if (failed.kind() == FetchFailed.Kind.NOT_USABLE && stored(url).isPresent()) {
            database.write(tx -> {
                table.withdraw(tx, url);
                return null;
            });
        }
        return failed;
    }

    private static Duration fresh(Fetched answer) {
        Duration asked = answer.maxAge().orElse(FRESH_WHEN_SILENT);
        if (asked.compareTo(MIN_FRESH) < 0) return MIN_FRESH;
        return asked.compareTo(MAX_FRESH) > 0 ? MAX_FRESH : asked;
    }

    private static RuntimeException unfetched(FetchFailed.Kind failure) {
        if (failure != FetchFailed.Kind.OUR_LIMIT) return refused("document could not be fetched");
        return HttpError.unavailable(
                "it is asked for too many programs' descriptions of themselves just now, try again"
                        + " in a few seconds",
                "limits of fetches",
                TRY_AGAIN);
    }

    private static OAuthError refused(String detail) {
        return new OAuthError(
                OAuthError.Code.INVALID_CLIENT,
                "the program's description of itself, at its own web address, could not be used",
                detail);
    }
}
