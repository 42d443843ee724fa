package postern.oauth.client;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Ticker;
import postern.fetch.FetchFailed;
import postern.fetch.Fetched;
import postern.oauth.OAuthError;
import postern.oauth.client.DocumentTable.Stored;
import postern.store.Database;
import postern.store.Tx;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

    /** The same while limits of ours keep us from asking: somebody else may have used them up. */
    private static final Duration STALE_UNASKED = Duration.ofMinutes(5);

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
        try {
            return fetchedOnce(url, address, callerNetwork).client();
        } catch (FetchFailed failed) {
            LOG.atWarn()
                    .addKeyValue("host", address.getHost())
                    .addKeyValue("detail", failed.getMessage())
                    .log("oauth.document.fetch-failed");
            return kept.filter(document -> mayServeStale(document, failed.kind(), now))
                    .orElseThrow(() -> refused("document could not be fetched"))
                    .client();
        }
    }

    /**
     * What the host no longer has, or has changed into something invalid, is not served: a redirect
     * URI may have been removed because it has fallen into other hands (C7). Nor is what the host
     * did not want kept.
     */
    private static boolean mayServeStale(Stored document, FetchFailed.Kind failure, Instant now) {
        Duration asked = Duration.between(document.fetchedAt(), document.freshUntil());
        if (asked.compareTo(MIN_FRESH) <= 0) return false; // no-store, no-cache, or as good as
        return switch (failure) {
            case UNAVAILABLE -> now.isBefore(document.freshUntil().plus(STALE));
            case OUR_LIMIT -> now.isBefore(document.freshUntil().plus(STALE_UNASKED));
            case NOT_USABLE -> false;
        };
    }

    void markUsed(Tx tx, String url, Instant now) throws SQLException {
        table.markUsed(tx, url, now);
    }

    private Optional<Client> shipped(String url) {
        return policy == DocumentPolicy.OFF ? Optional.empty() : shipped.find(url);
    }

    private Optional<Stored> stored(String url) {
        return database.read(tx -> table.find(tx, url));
    }

    /** Whoever comes while a fetch is under way gets what it brings. */
    private Stored fetchedOnce(String url, URI address, String callerNetwork) throws FetchFailed {
        var mine = new CompletableFuture<Stored>();
        CompletableFuture<Stored> others = underWay.putIfAbsent(url, mine);
        if (others != null) return joined(others);
        try {
            Stored document = fetched(url, address, callerNetwork);
            mine.complete(document);
            return document;
        } catch (FetchFailed | RuntimeException failure) {
            mine.completeExceptionally(failure);
            throw failure;
        } finally {
            underWay.remove(url, mine);
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

    private Stored fetched(String url, URI address, String callerNetwork) throws FetchFailed {
        // somebody's fetch may have ended after we looked and before our turn
        Optional<Stored> meanwhile = stored(url).filter(kept -> kept.isFresh(clock.instant()));
        if (meanwhile.isPresent()) return meanwhile.get();
        budget.spend(url, callerNetwork);
        try {
            Fetched answer = source.get(address);
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

    private static OAuthError refused(String detail) {
        return new OAuthError(
                OAuthError.Code.INVALID_CLIENT,
                "the program's description of itself, at its own web address, could not be used",
                detail);
    }
}
