package postern.cli;

import postern.access.RestoredGrants;
import postern.forge.StoredSets;
import postern.forge.local.PendingCodes;
import postern.oauth.account.RestoredAccounts;
import postern.oauth.authorize.PendingSignIns;
import postern.store.Tx;
import postern.vault.KeyRotation;

import java.sql.SQLException;

/**
 * What no copy of the database may bring back, each room emptying its own tables. So a backup does
 * not hold it in the first place; one that was made otherwise loses it when it is restored.
 */
final class NotRestored {
    private NotRestored() {}

    static void forget(Tx tx) throws SQLException {
        RestoredGrants.forgetTokens(tx);
        StoredSets.forgetAll(tx);
        PendingCodes.forgetAll(tx);
        PendingSignIns.forgetAll(tx);
        RestoredAccounts.forgetAll(tx);
        KeyRotation.forget(tx);
    }
}
