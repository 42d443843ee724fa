package postern.app;

import postern.app.config.Configuration;
import postern.store.Database;
import postern.vault.KeyRefused;
import postern.vault.MasterKeys;
import postern.vault.Vault;

import java.security.SecureRandom;

/** Finds the master key and opens the vault with it. */
public final class Keys {
    private Keys() {}

    /**
     * @throws StartRefused with what to change
     */
    public static Vault openVault(
            Configuration configuration, Database database, SecureRandom random)
            throws StartRefused {
        try {
            return Vault.open(database, masterKeys(configuration, random), random);
        } catch (KeyRefused refused) {
            throw new StartRefused(refused.getMessage(), refused);
        }
    }

    private static MasterKeys masterKeys(Configuration configuration, SecureRandom random)
            throws KeyRefused {
        if (configuration.masterKey().isPresent()) {
            return MasterKeys.parse(configuration.masterKey().get());
        }
        return MasterKeys.readOrGenerate(configuration.keyDir().resolve("master.key"), random);
    }
}
