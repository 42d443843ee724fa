package postern.oauth.account;

import postern.core.Secret;
import postern.http.HttpError;
import postern.oauth.BoundedTable;
import postern.oauth.browser.Trip;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.Purpose;
import postern.vault.Vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The table of sign-ins that lead to the account page. Every method is part of the caller's
 * transaction.
 */
final class AccountSignIns {
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final long MAX_PENDING = 10_000;
    private static final int MAX_FORGOTTEN = 200;
    private static final String DROP_OLDEST =
            """
            delete from account_sign_in where state_hash = (
                select state_hash from account_sign_in where network = ?
                    order by expires_at limit 1)
            """;

    private final Vault vault;
    private final BoundedTable table;

    AccountSignIns(Vault vault) {
        this(vault, MAX_PENDING);
    }

    AccountSignIns(Vault vault, long maxPending) {
        this.vault = vault;
        this.table = new BoundedTable("account_sign_in", maxPending, DROP_OLDEST);
    }

    /**
     * Stores a new one and forgets some expired ones, so that none of them costs a live one its
     * place.
     *
     * @param network of who begins it, see {@link BoundedTable#network}
     * @throws HttpError 429 when too many are pending, and most of them are this network's
     */
    void add(Tx tx, Trip trip, byte[] browserHash, Secret verifier, byte[] network, Instant now)
            throws SQLException {
        forgetExpired(tx, now);
        if (!table.makeRoom(tx, network)) {
            throw table.full(
                    "too many sign-ins are under way, try again in a minute",
                    Duration.ofMinutes(1));
        }
        byte[] stateHash = hash(trip);
        tx.update(
                "insert into account_sign_in (state_hash, browser_hash, upstream_verifier,"
                        + " network, expires_at) values (?, ?, ?, ?, ?)",
                stateHash,
                browserHash,
                verifier.use(plain -> vault.seal(plain, purpose(stateHash, browserHash))),
                network,
                now.plus(LIFE));
    }

    /**
     * Forgets some expired ones, few enough that no other writer waits long; true when there may be
     * more.
     */
    boolean forgetExpired(Tx tx, Instant now) throws SQLException {
        int gone =
                tx.update(
                        """
                        delete from account_sign_in where state_hash in (
                            select state_hash from account_sign_in where expires_at < ? limit ?)
                        """,
                        now,
                        MAX_FORGOTTEN);
        return gone == MAX_FORGOTTEN;
    }

    /**
     * The verifier of the one that waits for {@code trip}; whoever comes second finds nothing, and
     * neither does who comes after its key was removed: that sign-in begins anew.
     */
    Optional<Secret> take(Tx tx, Trip trip, byte[] browserHash, Instant now) throws SQLException {
        byte[] stateHash = hash(trip);
        Optional<Secret> found =
                tx.first(
                                "select upstream_verifier from account_sign_in where state_hash = ?"
                                        + " and browser_hash = ? and expires_at >= ?",
                                row -> verifier(row, purpose(stateHash, browserHash)),
                                stateHash,
                                browserHash,
                                now)
                        .flatMap(opened -> opened);
        if (found.isPresent()) {
            tx.update("delete from account_sign_in where state_hash = ?", (Object) stateHash);
        }
        return found;
    }

    private Optional<Secret> verifier(ResultSet row, Purpose purpose) throws SQLException {
        try {
            return Optional.of(new Secret(vault.open(row.getBytes(1), purpose)));
        } catch (CannotOpen changedOrKeyIsGone) {
            return Optional.empty();
        }
    }

    /** A domain of its own: a state of this kind can never finish a client's authorization. */
    private byte[] hash(Trip trip) {
        return vault.keyedHash("account-state", trip.proof());
    }

    private static Purpose purpose(byte[] stateHash, byte[] browserHash) {
        HexFormat hex = HexFormat.of();
        return Purpose.of(
                "account_sign_in",
                "upstream_verifier",
                hex.formatHex(stateHash),
                hex.formatHex(browserHash));
    }
}
