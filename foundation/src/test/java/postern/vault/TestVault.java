package postern.vault;

import postern.core.Secret;
import postern.store.Database;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/** A vault on a database of its own, and keys by number. */
final class TestVault implements AutoCloseable {
    static final SecureRandom RANDOM = new SecureRandom();
    final Database database;
    final Vault vault;

    TestVault(Path folder) throws Exception {
        this(folder, keys(1));
    }

    TestVault(Path folder, MasterKeys keys) throws Exception {
        database = Database.open(folder.resolve("postern.db"));
        vault = Vault.open(database, keys, RANDOM);
    }

    static String keyText(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(TestVault::keyBytes)
                .map(Base64.getEncoder()::encodeToString)
                .collect(Collectors.joining("\n"));
    }

    static byte[] keyBytes(int number) {
        var key = new byte[32];
        Arrays.fill(key, (byte) number);
        key[key.length - 1] ^= 1; // equal bytes are no key
        return key;
    }

    static MasterKeys keys(int... numbers) throws KeyRefused {
        return MasterKeys.parse(Secret.ofUtf8(keyText(numbers)));
    }

    @Override
    public void close() {
        database.close();
    }
}
