package postern.vault;

import postern.core.Secret;
import postern.store.Database;
import postern.store.Tx;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Random keys of the installation, kept in {@code vault_key} sealed under the master keyset. Since
 * they are sealed and not derived, the master key can change without changing them.
 */
final class InnerKeys {
    private static final String SELECT = "select name, sealed from vault_key order by name";

    private record Row(String name, byte[] sealed) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(row.getString(1), row.getBytes(2));
        }
    }

    private final Database database;
    private final MasterKeys masterKeys;
    private final SecureRandom random;

    InnerKeys(Database database, MasterKeys masterKeys, SecureRandom random) {
        this.database = database;
        this.masterKeys = masterKeys;
        this.random = random;
    }

    /**
     * The keys of these names. Those that are missing are made, but not before all others have
     * opened: a wrong master key must leave nothing behind.
     */
    Map<String, Secret> get(String... names) throws KeyRefused {
        Map<String, Secret> found = new HashMap<>();
        for (String name : names) {
            Optional<byte[]> sealed = find(name);
            if (sealed.isPresent()) found.put(name, open(name, sealed.get()));
        }
        for (String name : names) {
            if (!found.containsKey(name)) found.put(name, open(name, create(name)));
        }
        return found;
    }

    /**
     * Opens all that are there, and changes nothing.
     *
     * @throws KeyRefused one does not open
     */
    void check() throws KeyRefused {
        List<Row> rows = database.read(tx -> tx.all(SELECT, Row::of));
        for (Row row : rows) open(row.name, row.sealed).close();
    }

    /**
     * Seals up to {@code most} of those that another key than the first sealed with the first, in
     * the caller's transaction; returns how many. Those that have been changed already are passed
     * over, so a second run goes on where the first was cut off.
     */
    int reseal(Tx tx, int most) throws SQLException, KeyRefused {
        int changed = 0;
        for (Row row : tx.all(SELECT, Row::of)) {
            if (changed == most) break;
            if (isSealedByFirst(row.sealed)) continue;
            try (Secret key = open(row.name, row.sealed)) {
                byte[] sealed =
                        key.use(plain -> Vault.seal(masterKeys, plain, purpose(row.name), random));
                changed +=
                        tx.update(
                                "update vault_key set sealed = ? where name = ? and sealed = ?",
                                sealed,
                                row.name,
                                row.sealed);
            }
        }
        return changed;
    }

    private boolean isSealedByFirst(byte[] sealed) throws KeyRefused {
        try {
            return KeyId.of(sealed).equals(masterKeys.first());
        } catch (CannotOpen notOurs) {
            throw new KeyRefused("an inner key is damaged: restore a backup");
        }
    }

    private Secret open(String name, byte[] sealed) throws KeyRefused {
        try {
            return new Secret(Vault.open(masterKeys, sealed, purpose(name)));
        } catch (CannotOpen wrongKey) {
            throw new KeyRefused(
                    "this is not the master key that the database was made with: set the former"
                            + " key, or start with an empty data folder");
        }
    }

    private Optional<byte[]> find(String name) {
        return database.read(tx ->
                tx.first(
                        "select sealed from vault_key where name = ?",
                        row -> row.getBytes(1),
                        name));
    }

    /** Of two processes that make it at once, the first one's counts for both. */
    private byte[] create(String name) {
        var key = new byte[Crypto.KEY_BYTES];
        random.nextBytes(key);
        byte[] sealed = Vault.seal(masterKeys, key, purpose(name), random);
        database.write(tx ->
                tx.update(
                        "insert into vault_key (name, sealed) values (?, ?)"
                                + " on conflict (name) do nothing",
                        name,
                        sealed));
        return find(name).orElseThrow();
    }

    private static Purpose purpose(String name) {
        return Purpose.of("vault_key", "sealed", name);
    }
}
