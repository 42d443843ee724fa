package postern.app;

import postern.app.config.Configuration;
import postern.store.Database;
import postern.vault.KeyFile;
import postern.vault.KeyRefused;
import postern.vault.MasterKeys;
import postern.vault.Vault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

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

    /** The file that holds the keys; empty when a setting does. */
    public static Optional<KeyFile> file(Configuration configuration) {
        return configuration.masterKey().isPresent()
                ? Optional.empty()
                : Optional.of(new KeyFile(path(configuration)));
    }

    private static Path path(Configuration configuration) {
        return configuration.keyDir().resolve("master.key");
    }

    /** A lost key file is not replaced: the new key would fit nothing and hide what is missing. */
    private static MasterKeys masterKeys(
            Configuration configuration, Database database, SecureRandom random) throws KeyRefused {
        if (configuration.masterKey().isPresent()) {
            return MasterKeys.parse(configuration.masterKey().get());
        }
        Path file = path(configuration);
        if (!Files.exists(file) && Vault.isSealed(database)) {
            throw new KeyRefused(
                    "the master key that the database was made with is missing: put it back at "
                            + file
                            + ", or start with an empty data folder");
        }
        return MasterKeys.readOrGenerate(file, random);
    }
}
