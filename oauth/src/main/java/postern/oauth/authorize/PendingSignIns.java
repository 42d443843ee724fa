package postern.oauth.authorize;

import postern.store.Tx;
import postern.vault.KeyId;
import postern.vault.KeyUse;

import java.sql.SQLException;

/** Sign-ins under way, as commands of the operator see them; they live minutes. */
public final class PendingSignIns {
    private PendingSignIns() {}

    /** How many verifiers of the trip to the upstream need which master key. */
    public static KeyUse use(Tx tx) throws SQLException {
        return KeyUse.count(
                tx,
                "sign-ins under way",
                "select substr(upstream_verifier, 1, 5), count(*) from authorization_transaction"
                        + " where upstream_verifier is not null group by 1");
    }

    /** They begin anew. */
    public static void forgetNeeding(Tx tx, KeyId key) throws SQLException {
        tx.update(
                "delete from authorization_transaction where substr(upstream_verifier, 1, 5) = ?",
                (Object) key.header());
    }

    public static void forgetAll(Tx tx) throws SQLException {
        tx.update("delete from authorization_transaction");
    }
}
