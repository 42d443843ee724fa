package postern.oauth.account;

import postern.store.Tx;

import java.sql.SQLException;
import java.util.Optional;

/**
 * What a copy of the database may not bring back: browsers that were signed out since it was made,
 * and approvals that were withdrawn since.
 */
public final class RestoredAccounts {
    private RestoredAccounts() {}

    public static void forgetAll(Tx tx) throws SQLException {
        tx.update("delete from account_session");
        tx.update("delete from account_sign_in");
        tx.update("delete from remembered_approval");
    }

    /** Whether the copy signs nobody in and stands in for nobody's answer. */
    public static boolean areForgotten(Tx tx) throws SQLException {
        return tx.first(
                        """
                        select (select count(*) from account_session)
                            + (select count(*) from account_sign_in)
                            + (select count(*) from remembered_approval)
                        """,
                        row -> row.getLong(1))
                .equals(Optional.of(0L));
    }
}
