package postern.forge.local;

import postern.store.Tx;

import java.sql.SQLException;

/** Codes and tickets that are not used yet. */
public final class PendingCodes {
    private PendingCodes() {}

    /** In a copy that is put back: some may have been used since. */
    public static void forgetAll(Tx tx) throws SQLException {
        tx.update("delete from sign_in_code");
        tx.update("delete from sign_in_ticket");
    }
}
