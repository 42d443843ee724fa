package postern.oauth.account;

import postern.core.Secret;
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

    private final Vault vault;

    AccountSignIns(Vault vault) {
        this.vault = vault;
    }

    /** Stores a new one and forgets expired ones; false when too many are pending. */
    boolean add(Tx tx, String state, byte[] browserHash, Secret verifier, Instant now)
            throws SQLException {
        tx.update("delete from account_sign_in where expires_at < ?", now);
        long pending =
                tx.first("select count(*) from account_sign_in", row -> row.getLong(1)).orElse(0L);
        if (pending >= MAX_PENDING) return false;
        byte[] stateHash = hash(state);
        tx.update(
                "insert into account_sign_in (state_hash, browser_hash, upstream_verifier,"
                        + " expires_at) values (?, ?, ?, ?)",
                stateHash,
                browserHash,
                verifier.use(plain -> vault.seal(plain, purpose(stateHash))),
                now.plus(LIFE));
        return true;
    }

    /** The verifier of the one that waits for {@code state}; whoever comes second finds nothing. */
    Optional<Secret> take(Tx tx, String state, byte[] browserHash, Instant now)
            throws SQLException {
        byte[] stateHash = hash(state);
        Optional<Secret> found =
                tx.first(
                        "select upstream_verifier from account_sign_in where state_hash = ?"
                                + " and browser_hash = ? and expires_at >= ?",
                        row -> verifier(row, stateHash),
                        stateHash,
                        browserHash,
                        now);
        if (found.isPresent()) {
            tx.update("delete from account_sign_in where state_hash = ?", (Object) stateHash);
        }
        return found;
    }

    private Secret verifier(ResultSet row, byte[] stateHash) throws SQLException {
        try {
            return new Secret(vault.open(row.getBytes(1), purpose(stateHash)));
        } catch (CannotOpen damaged) {
            throw new SQLException("column upstream_verifier does not open", damaged);
        }
    }

    /** A domain of its own: a state of this kind can never finish a client's authorization. */
    private byte[] hash(String state) {
        return vault.keyedHash("account-state", state);
    }

    private static Purpose purpose(byte[] stateHash) {
        return Purpose.of(
                "account_sign_in", "upstream_verifier", HexFormat.of().formatHex(stateHash));
    }
}
