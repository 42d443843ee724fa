package postern.oauth.authorize;

import postern.access.Scope;
import postern.core.Secret;
import postern.oauth.authorize.Transaction.Status;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.Purpose;
import postern.vault.Vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** The table of transactions. Every method is part of the caller's database transaction. */
final class Transactions {
    private static final long MAX_PENDING = 100_000;
    private static final String SELECT =
            """
            select id_hash, browser_hash, client_id, redirect_uri, registered_redirect_uri, state,
                scope, resource, code_challenge, status, upstream_verifier
            from authorization_transaction
            """;

    private final Vault vault;

    Transactions(Vault vault) {
        this.vault = vault;
    }

    /** A transaction that came back from the upstream. */
    record Returned(Transaction transaction, Secret upstreamVerifier) {}

    /** Stores a new one and forgets expired ones; false when too many are pending. */
    boolean add(Tx tx, Transaction transaction, Instant now, Instant expiresAt)
            throws SQLException {
        tx.update("delete from authorization_transaction where expires_at < ?", now);
        long pending =
                tx.first("select count(*) from authorization_transaction", row -> row.getLong(1))
                        .orElse(0L);
        if (pending >= MAX_PENDING) return false;
        tx.update(
                """
                insert into authorization_transaction (id_hash, browser_hash, client_id,
                    redirect_uri, registered_redirect_uri, state, scope, resource, code_challenge,
                    status, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
                expiresAt);
        return true;
    }

    Optional<Transaction> find(Tx tx, byte[] idHash, Instant now) throws SQLException {
        return tx.first(
                SELECT + " where id_hash = ? and expires_at >= ?", Transactions::read, idHash, now);
    }

    /**
     * Records the consent and what the upstream will be asked with; a former trip is worthless now.
     */
    void sendUpstream(
            Tx tx, Transaction transaction, Scope granted, byte[] stateHash, Secret verifier)
            throws SQLException {
        byte[] sealed = verifier.use(plain -> vault.seal(plain, purpose(transaction)));
        tx.update(
                """
                update authorization_transaction set status = ?, scope = ?, upstream_state_hash = ?,
                    upstream_verifier = ? where id_hash = ?
                """,
                Status.UPSTREAM.name(),
                granted.toString(),
                stateHash,
                sealed,
                transaction.idHash());
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
        if (returned.isPresent()) finish(tx, returned.get().transaction());
        return returned;
    }

    void finish(Tx tx, Transaction transaction) throws SQLException {
        tx.update(
                """
                update authorization_transaction set status = ?, upstream_state_hash = null,
                    upstream_verifier = null where id_hash = ?
                """,
                Status.DONE.name(),
                transaction.idHash());
    }

    private static Transaction read(ResultSet row) throws SQLException {
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
                Status.valueOf(row.getString("status")));
    }

    private Optional<Returned> readReturned(ResultSet row) throws SQLException {
        Transaction transaction = read(row);
        try {
            byte[] verifier = vault.open(row.getBytes("upstream_verifier"), purpose(transaction));
            return Optional.of(new Returned(transaction, new Secret(verifier)));
        } catch (CannotOpen keyIsGone) {
            return Optional.empty();
        }
    }

    private static Purpose purpose(Transaction transaction) {
        return Purpose.of("authorization_transaction", "upstream_verifier", transaction.idText());
    }
}
