package postern.vault;

import postern.store.Database;
import postern.store.Tx;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a rotation of the master key writes down, so that it can be cut off at any moment and be
 * finished by a second run: which key is on its way to be the first, and which keys the running
 * server works with.
 */
public final class KeyRotation {
    private static final int BATCH = 100;

    private final Database database;
    private final SecureRandom random;

    public KeyRotation(Database database, SecureRandom random) {
        this.database = database;
        this.random = random;
    }

    /** The key of a rotation that is not finished. */
    public Optional<KeyId> pending() {
        return database.read(
                        tx -> tx.first("select key_id from key_rotation", row -> row.getString(1)))
                .flatMap(KeyId::parse);
    }

    /** Before the key is written anywhere else. */
    public void begin(KeyId key, Instant now) {
        database.write(tx ->
                tx.update(
                        "insert or replace into key_rotation (one, key_id, started_at)"
                                + " values (1, ?, ?)",
                        key.toString(),
                        now));
    }

    public void finish() {
        database.write(tx -> tx.update("delete from key_rotation"));
    }

    /**
     * Seals what only the server opens with the first of {@code keys}, in small transactions;
     * returns how many values that were.
     *
     * @throws KeyRefused a value does not open with any of {@code keys}
     */
    public int reseal(MasterKeys keys) throws KeyRefused {
        var inner = new InnerKeys(database, keys, random);
        int all = 0;
        int changed;
        do {
            inner.check();
            changed = database.write(tx -> resealBatch(inner, tx));
            all += changed;
        } while (changed == BATCH);
        return all;
    }

    private static int resealBatch(InnerKeys inner, Tx tx) throws SQLException {
        try {
            return inner.reseal(tx, BATCH);
        } catch (KeyRefused changedMeanwhile) {
            throw new SQLException("an inner key does not open", changedMeanwhile);
        }
    }

    /** How many inner keys need which master key. */
    public static KeyUse use(Tx tx) throws SQLException {
        return KeyUse.count(
                tx,
                "inner keys",
                "select substr(sealed, 1, 5), count(*) from vault_key group by 1");
    }

    /**
     * Called by a server that holds the data folder: from now on it works with {@code keys}, and no
     * other server does.
     *
     * @param server random, anew at each start
     */
    public void loaded(String server, MasterKeys keys, Instant now) {
        String ids = String.join(" ", keys.ids().stream().map(KeyId::toString).toList());
        database.write(tx -> {
            tx.update("delete from keys_in_use where server <> ?", server);
            return tx.update(
                    "insert or replace into keys_in_use (server, key_ids, loaded_at)"
                            + " values (?, ?, ?)",
                    server,
                    ids,
                    now);
        });
    }

    /** The ids that the server said it works with, the one that seals first; empty: none did. */
    public Optional<List<KeyId>> loaded() {
        return database.read(tx ->
                        tx.first(
                                "select key_ids from keys_in_use order by loaded_at desc",
                                row -> row.getString(1)))
                .map(ids ->
                        Arrays.stream(ids.split(" ", -1))
                                .map(KeyId::parse)
                                .flatMap(Optional::stream)
                                .toList());
    }

    /** In a copy of the database nothing is running and nothing is under way. */
    public static void forget(Tx tx) throws SQLException {
        tx.update("delete from keys_in_use");
        tx.update("delete from key_rotation");
    }
}
