package postern.oauth.client;

import postern.oauth.OAuthError;
import postern.store.Database;
import postern.store.Tx;

import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The one door to all clients, of whichever kind. What the operator wrote down comes first, so it
 * can also pin what a document says.
 */
public final class Clients {
    private static final int MAX_STEPS = 500;

    private final Database database;
    private final RegisteredClients registered = new RegisteredClients();
    private final Map<String, Client> configured;
    private final Optional<ClientDocuments> documents;

    public Clients(Database database, List<Client> configured, ClientDocuments documents) {
        this(database, configured, Optional.of(documents));
    }

    /** Only those that registered themselves. */
    public Clients(Database database) {
        this(database, List.of(), Optional.empty());
    }

    private Clients(
            Database database, List<Client> configured, Optional<ClientDocuments> documents) {
        this.database = database;
        this.configured =
                configured.stream()
                        .collect(Collectors.toUnmodifiableMap(Client::id, Function.identity()));
        this.documents = documents;
    }

    /**
     * For whoever goes on with what was agreed before. Never asks anybody outside: a code must be
     * good for tokens although the client's host is down.
     */
    public Optional<Client> find(String id) {
        Client own = configured.get(id);
        if (own != null) return Optional.of(own);
        if (DocumentUrl.isMeantBy(id)) return documents.flatMap(d -> d.remembered(id));
        return database.read(tx -> registered.find(tx, id));
    }

    /** As {@link #find(String)}, within a transaction that runs. */
    public Optional<Client> find(Tx tx, String id) throws SQLException {
        Client own = configured.get(id);
        if (own != null) return Optional.of(own);
        if (!DocumentUrl.isMeantBy(id)) return registered.find(tx, id);
        return documents.isPresent() ? documents.get().remembered(tx, id) : Optional.empty();
    }

    /**
     * For new sign-ins: a document that is not known or not fresh is fetched, so not for use inside
     * a transaction.
     *
     * @param callerNetwork what the number of fetches is limited by
     * @throws OAuthError invalid_client when a document was named and cannot be used
     */
    public Optional<Client> findOrFetch(String id, String callerNetwork) {
        if (configured.containsKey(id) || !DocumentUrl.isMeantBy(id)) return find(id);
        return documents.map(d -> d.current(id, callerNetwork));
    }

    /**
     * From now on the client keeps its place, at least while it has a live grant. False when it
     * registered itself and lost its place before: nothing may be made for it.
     */
    public boolean markUsed(Tx tx, String id, Instant now) throws SQLException {
        if (configured.containsKey(id)) return true;
        if (documents.isPresent() && DocumentUrl.isMeantBy(id)) {
            documents.get().markUsed(tx, id, now);
            return true;
        }
        return registered.markUsed(tx, id, now);
    }

    /**
     * Keeps the table of registered clients ready for newcomers and forgets documents that nobody
     * uses, in small transactions; called every minute.
     */
    public void tidy(Instant now) {
        boolean mayBeMore;
        do mayBeMore = database.write(tx -> registered.forgetNeverUsed(tx, now));
        while (mayBeMore);
        Set<String> passed = new HashSet<>();
        for (int steps = MAX_STEPS; steps > 0; steps--) {
            if (!database.write(tx -> registered.passOverLive(tx, now, passed))) break;
        }
        documents.ifPresent(known -> known.forgetUnused(now));
    }

    RegisteredClients registered() {
        return registered;
    }
}
