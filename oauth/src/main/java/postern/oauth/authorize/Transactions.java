package postern.oauth.authorize;

import postern.access.GrantId;
import postern.access.Scope;
import postern.core.Secret;
import postern.http.HttpError;
import postern.oauth.BoundedTable;
import postern.oauth.authorize.Transaction.Status;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.Purpose;
import postern.vault.Vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table of transactions. Every method is part of the caller's database transaction. */
final class Transactions {
    private static final long MAX_PENDING = 100_000;
    private static final String DROP_OLDEST =
            """
            delete from authorization_transaction where id_hash = (
                select id_hash from authorization_transaction where network = ?
                    order by expires_at limit 1)
            """;
    private static final int MAX_UNANSWERED = 200;
    private static final int MAX_FORGOTTEN = 200;
    private static final String SELECT =
            """
            select id_hash, browser_hash, client_id, redirect_uri, registered_redirect_uri, state,
                scope, resource, code_challenge, status, upstream_verifier, remember, approved_for,
                trip, mac
            from authorization_transaction
            """;

    private final Vault vault;
    private final BoundedTable table;

    Transactions(Vault vault) {
        this(vault, MAX_PENDING);
    }

    Transactions(Vault vault, long maxPending) {
        this.vault = vault;
        this.table = new BoundedTable("authorization_transaction", maxPending, DROP_OLDEST);
    }

    /** A transaction that came back from the upstream. */
    record Returned(Transaction transaction, Secret upstreamVerifier) {}

    /**
     * Stores a new one and forgets some expired ones, so that none of them costs a live one its
     * place.
     *
     * @param network of who begins it, see {@link BoundedTable#network}
     * @throws HttpError 429 when too many are pending, and most of them are this network's
     */
    void add(Tx tx, Transaction transaction, byte[] network, Instant now, Instant expiresAt)
            throws SQLException {
        forgetExpired(tx, now);
        if (!table.makeRoom(tx, network)) {
            throw table.full(
                    "too many sign-ins are under way, try again in a minute",
                    Duration.ofMinutes(1));
        }
        tx.update(
                """
                insert into authorization_transaction (id_hash, browser_hash, client_id,
                    redirect_uri, registered_redirect_uri, state, scope, resource, code_challenge,
                    status, approved_for, mac, network, expires_at)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                transaction.idHash(),
                transaction.browserHash(),
                transaction.clientId(),
                transaction.redirectUri(),
                transaction.registeredRedirectUri(),
                transaction.state().orElse(null),
                transaction.scope().toString(),
                transaction.resource(),
                transaction.codeChallenge(),
                transaction.status().name(),
                transaction.approvedFor().orElse(null),
                vault.rowMac(transaction.row()),
                network,
                expiresAt);
    }

    /**
     * Forgets some expired ones, few enough that no other writer waits long; true when there may be
     * more. One with a grant waits for {@link #takeUnanswered}, after which its grant ends as well.
     */
    boolean forgetExpired(Tx tx, Instant now) throws SQLException {
        int gone =
                tx.update(
                        """
                        delete from authorization_transaction where id_hash in (
                            select id_hash from authorization_transaction where expires_at < ?
                                and (review_grant is null or status = 'DONE') limit ?)
                        """,
                        now,
                        MAX_FORGOTTEN);
        return gone == MAX_FORGOTTEN;
    }

    Optional<Transaction> find(Tx tx, byte[] idHash, Instant now) throws SQLException {
        return tx.first(SELECT + " where id_hash = ? and expires_at >= ?", this::read, idHash, now)
                .flatMap(untouched -> untouched);
    }

    /**
     * Records the consent and what the upstream will be asked with; a former trip is worthless now.
     */
    void sendUpstream(Tx tx, Transaction sent, byte[] stateHash, Secret verifier)
            throws SQLException {
        byte[] sealed = verifier.use(plain -> vault.seal(plain, purpose(sent)));
        tx.update(
                """
                update authorization_transaction set status = ?, scope = ?, remember = ?, trip = ?,
                    mac = ?, upstream_state_hash = ?, upstream_verifier = ?, review_grant = null,
                    review_code = null, issued_grant = null where id_hash = ?
                """,
                sent.status().name(),
                sent.scope().toString(),
                sent.remember() ? 1 : 0,
                sent.trip(),
                vault.rowMac(sent.row()),
                stateHash,
                sealed,
                sent.idHash());
    }

    /**
     * Takes the transaction that waits for {@code stateHash}; whoever comes second finds nothing,
     * and neither does who comes after its verifier's key was removed: that sign-in begins anew.
     */
    Optional<Returned> takeReturned(Tx tx, byte[] stateHash, byte[] browserHash, Instant now)
            throws SQLException {
        Optional<Optional<Returned>> found =
                tx.first(
                        SELECT
                                + " where upstream_state_hash = ? and browser_hash = ?"
                                + " and status = 'UPSTREAM' and expires_at >= ?",
                        this::readReturned,
                        stateHash,
                        browserHash,
                        now);
        Optional<Returned> returned = found.flatMap(opened -> opened);
        if (returned.isPresent()) leave(tx, returned.get().transaction(), Status.RETURNED);
        return returned;
    }

    /** It leads nowhere any more. */
    void finish(Tx tx, Transaction transaction) throws SQLException {
        leave(tx, transaction, Status.DONE);
        tx.update(
                "update authorization_transaction set issued_grant = null, review_grant = null"
                        + " where id_hash = ?",
                (Object) transaction.idHash());
    }

    /** It has led to a code of {@code grant}. */
    void issued(Tx tx, Transaction transaction, GrantId grant) throws SQLException {
        leave(tx, transaction, Status.DONE);
        tx.update(
                "update authorization_transaction set issued_grant = ?, network = null"
                        + " where id_hash = ?",
                grant.value(),
                transaction.idHash());
    }

    /** The grant that it led to, whether the client has a code for it or the person is asked. */
    Optional<GrantId> grantOf(Tx tx, Transaction transaction) throws SQLException {
        return tx.first(
                        """
                        select coalesce(issued_grant, review_grant) from authorization_transaction
                            where id_hash = ?
                        """,
                        row -> Optional.ofNullable(row.getString(1)).map(GrantId::new),
                        (Object) transaction.idHash())
                .flatMap(grant -> grant);
    }

    /** Whether the browser was not sent to the upstream once more in the meantime. */
    boolean isCurrent(Tx tx, Transaction transaction) throws SQLException {
        return tx.first(
                        """
                        select 1 from authorization_transaction
                            where id_hash = ? and trip = ? and status = 'RETURNED'
                        """,
                        row -> row.getInt(1),
                        transaction.idHash(),
                        transaction.trip())
                .isPresent();
    }

    private static void leave(Tx tx, Transaction transaction, Status next) throws SQLException {
        tx.update(
                """
                update authorization_transaction set status = ?, upstream_state_hash = null,
                    upstream_verifier = null where id_hash = ?
                """,
                next.name(),
                transaction.idHash());
    }

    /** The person is asked once more about {@code grant}, until {@code expiresAt}. */
    void review(Tx tx, Transaction transaction, GrantId grant, Instant expiresAt)
            throws SQLException {
        tx.update(
                """
                update authorization_transaction set status = ?, review_grant = ?, expires_at = ?,
                    network = null where id_hash = ?
                """,
                Status.REVIEW.name(),
                grant.value(),
                expiresAt,
                transaction.idHash());
    }

    /** The one whose second page is about {@code grant}; answered ones for a minute more. */
    Optional<Transaction> findReview(Tx tx, GrantId grant, Instant now) throws SQLException {
        return tx.first(
                        SELECT + " where review_grant = ? and expires_at >= ?",
                        this::read,
                        grant.value(),
                        now)
                .flatMap(untouched -> untouched);
    }

    /**
     * Records the answer of the second page.
     *
     * @param code sealed for whoever holds the ticket of that page, who may click twice; empty
     *     after a no
     */
    void answer(Tx tx, Transaction transaction, Optional<byte[]> code, Instant expiresAt)
            throws SQLException {
        tx.update(
                """
                update authorization_transaction set status = ?, review_code = ?,
                    expires_at = max(expires_at, ?) where id_hash = ?
                """,
                Status.DONE.name(),
                code.orElse(null),
                expiresAt,
                transaction.idHash());
    }

    /** What {@link #answer} kept for {@code grant}. */
    Optional<byte[]> answered(Tx tx, GrantId grant, Instant now) throws SQLException {
        return tx.first(
                        """
                        select review_code from authorization_transaction where review_grant = ?
                            and status = 'DONE' and expires_at >= ?
                        """,
                        row -> Optional.ofNullable(row.getBytes(1)),
                        grant.value(),
                        now)
                .flatMap(code -> code);
    }

    /** Grants of which the second page was not answered in time; forgets their transactions. */
    List<GrantId> takeUnanswered(Tx tx, Instant now) throws SQLException {
        List<GrantId> unanswered =
                tx.all(
                        """
                        select review_grant from authorization_transaction where expires_at < ?
                            and status = 'REVIEW' limit ?
                        """,
                        row -> new GrantId(row.getString(1)),
                        now,
                        MAX_UNANSWERED);
        for (GrantId grant : unanswered) {
            tx.update(
                    "delete from authorization_transaction where review_grant = ?", grant.value());
        }
        return unanswered;
    }

    /** Empty when a writer to the database changed what was asked or agreed. */
    private Optional<Transaction> read(ResultSet row) throws SQLException {
        Transaction transaction = columns(row);
        return vault.isRowMac(row.getBytes("mac"), transaction.row())
                ? Optional.of(transaction)
                : Optional.empty();
    }

    private static Transaction columns(ResultSet row) throws SQLException {
        return new Transaction(
                row.getBytes("id_hash"),
                row.getBytes("browser_hash"),
                row.getString("client_id"),
                row.getString("redirect_uri"),
                row.getString("registered_redirect_uri"),
                Optional.ofNullable(row.getString("state")),
                Scope.parse(row.getString("scope")).orElseThrow(),
                row.getString("resource"),
                row.getString("code_challenge"),
                Status.valueOf(row.getString("status")),
                row.getInt("remember") == 1,
                approvedFor(row),
                row.getInt("trip"));
    }

    private static Optional<Long> approvedFor(ResultSet row) throws SQLException {
        long person = row.getLong("approved_for");
        return row.wasNull() ? Optional.empty() : Optional.of(person);
    }

    private Optional<Returned> readReturned(ResultSet row) throws SQLException {
        Optional<Transaction> transaction = read(row);
        if (transaction.isEmpty()) return Optional.empty();
        try {
            byte[] sealed = row.getBytes("upstream_verifier");
            byte[] verifier = vault.open(sealed, purpose(transaction.get()));
            return Optional.of(new Returned(transaction.get(), new Secret(verifier)));
        } catch (CannotOpen keyIsGone) {
            return Optional.empty();
        }
    }

    private static Purpose purpose(Transaction transaction) {
        return Purpose.of("authorization_transaction", "upstream_verifier", transaction.idText());
    }
}
