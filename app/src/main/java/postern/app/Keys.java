package postern.app;

import postern.app.config.Configuration;
import postern.store.Database;
import postern.vault.KeyRefused;
import postern.vault.MasterKeys;
import postern.vault.Vault;

import java.nio.file.Files;
import java.nio.file.Path;
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
            return Vault.open(database, masterKeys(configuration, database, random), random);
        } catch (KeyRefused refused) {
            throw new StartRefused(refused.getMessage(), refused);
        }
    }

    /** A lost key file is not replaced: the new key would fit nothing and hide what is missing. */
    private static MasterKeys masterKeys(
            Configuration configuration, Database database, SecureRandom random) throws KeyRefused {
        if (configuration.masterKey().isPresent()) {
            return MasterKeys.parse(configuration.masterKey().get());
        }
        Path file = configuration.keyDir().resolve("master.key");
        if (!Files.exists(file) && Vault.isSealed(database)) {
            throw new KeyRefused(
                    "the master key that the database was made with is missing: put it back at "
                            + file
                            + ", or start with an empty data folder");
        }
        return MasterKeys.readOrGenerate(file, random);
    }
}
