package postern.forge;

import postern.store.Tx;

import java.sql.SQLException;

/** The stored token sets as commands of the operator see them. */
public final class StoredSets {
    private StoredSets() {}

    /**
     * In a copy that is put back: they were replaced at the upstream since, and nobody opens them.
     */
    public static void forgetAll(Tx tx) throws SQLException {
        tx.update("delete from upstream_key");
        tx.update("delete from upstream_token_set");
        tx.update("delete from upstream_refresh");
        tx.update("delete from upstream_sign_in");
    }

    public static long count(Tx tx) throws SQLException {
        return tx.first("select count(*) from upstream_token_set", row -> row.getLong(1))
                .orElse(0L);
    }
}
