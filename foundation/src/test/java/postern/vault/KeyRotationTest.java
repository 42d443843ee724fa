package postern.vault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.core.Secret;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** oauth-rules section 5, number 8. */
class KeyRotationTest {
    private static final Purpose PURPOSE = Purpose.of("table", "column");

    @TempDir Path folder;
    private TestVault made;
    private Vault vault;
    private KeyRotation rotation;

    @BeforeEach
    void open() throws Exception {
        made = new TestVault(folder);
        vault = made.vault;
        rotation = new KeyRotation(made.database, TestVault.RANDOM);
    }

    @AfterEach
    void close() {
        made.close();
    }

    private Map<String, Long> use() {
        return made.database.read(KeyRotation::use).rows();
    }

    @Test
    void inner_keys_are_sealed_anew_once_and_stay_what_they_were() throws Exception {
        byte[] hash = vault.keyedHash("test", "text");
        MasterKeys both = TestVault.keys(2, 1);
        assertEquals(Map.of(TestVault.keys(1).first().toString(), 2L), use());
        assertEquals(2, rotation.reseal(both));
        assertEquals(0, rotation.reseal(both));
        assertEquals(Map.of(TestVault.keys(2).first().toString(), 2L), use());
        Vault after = Vault.open(made.database, TestVault.keys(2), TestVault.RANDOM);
        assertArrayEquals(hash, after.keyedHash("test", "text"));
        assertThrows(
                KeyRefused.class,
                () -> Vault.open(made.database, TestVault.keys(1), TestVault.RANDOM));
    }

    @Test
    void a_set_that_does_not_open_everything_is_refused_and_the_old_one_stays() throws Exception {
        byte[] sealed = vault.seal(new byte[] {5}, PURPOSE);
        for (MasterKeys bad : List.of(TestVault.keys(2), TestVault.keys(3, 2))) {
            assertThrows(KeyRefused.class, () -> vault.replaceMasterKeys(made.database, bad));
            assertEquals(TestVault.keys(1).ids(), vault.masterKeys().ids());
        }
        vault.replaceMasterKeys(made.database, TestVault.keys(2, 1));
        // the first seals now, but the inner keys still need the second
        var refused =
                assertThrows(
                        KeyRefused.class,
                        () -> vault.replaceMasterKeys(made.database, TestVault.keys(2)));
        assertEquals(1, refused.getMessage().lines().count());
        assertArrayEquals(new byte[] {5}, vault.open(sealed, PURPOSE));
        rotation.reseal(TestVault.keys(2, 1));
        vault.replaceMasterKeys(made.database, TestVault.keys(2));
        assertThrows(CannotOpen.class, () -> vault.open(sealed, PURPOSE));
    }

    @Test
    void what_is_sealed_during_an_exchange_opens_before_and_after_it() throws Exception {
        MasterKeys one = TestVault.keys(1, 2);
        MasterKeys two = TestVault.keys(2, 1);
        vault.replaceMasterKeys(made.database, one);
        var running = new AtomicBoolean(true);
        try (var workers = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> all =
                    IntStream.range(0, 2)
                            .mapToObj(n -> workers.submit(() -> sealAndOpen(running)))
                            .toList();
            for (int i = 0; i < 200; i++) {
                vault.replaceMasterKeys(made.database, i % 2 == 0 ? two : one);
            }
            running.set(false);
            for (Future<Integer> one1 : all) assertTrue(one1.get() > 0);
        }
    }

    private int sealAndOpen(AtomicBoolean running) throws CannotOpen {
        int rounds = 0;
        GrantSeal.GrantKeyPair pair = vault.grantSeal().newKeyPair();
        do {
            Token token = vault.mintCode();
            byte[] wrap = vault.grantSeal().wrap(pair.privateKey(), token, "g");
            byte[] sealed = vault.seal(new byte[] {9}, PURPOSE);
            vault.grantSeal().unwrap(wrap, token, "g").close();
            assertArrayEquals(new byte[] {9}, vault.open(sealed, PURPOSE));
            rounds++;
        } while (running.get());
        return rounds;
    }

    @Test
    void the_pending_key_and_what_the_server_loaded_are_remembered() throws Exception {
        KeyId key = TestVault.keys(2).first();
        assertEquals(Optional.empty(), rotation.pending());
        assertEquals(Optional.empty(), rotation.loaded());
        rotation.begin(key, Instant.EPOCH);
        assertEquals(Optional.of(key), rotation.pending());
        rotation.finish();
        assertEquals(Optional.empty(), rotation.pending());
        rotation.loaded("first", TestVault.keys(1), Instant.EPOCH);
        rotation.loaded("second", TestVault.keys(2, 1), Instant.EPOCH);
        assertEquals(Optional.of(TestVault.keys(2, 1).ids()), rotation.loaded());
    }

    @Test
    void the_key_file_is_replaced_as_a_whole_and_stays_for_its_owner() throws Exception {
        Path file = folder.resolve("master.key");
        MasterKeys first = MasterKeys.readOrGenerate(file, TestVault.RANDOM);
        var keyFile = new KeyFile(file);
        MasterKeys more = first.withNewKey(TestVault.RANDOM);
        keyFile.replace(more);
        assertEquals(more.ids(), keyFile.read().ids());
        assertEquals(first.first(), keyFile.read().first());
        keyFile.replace(more.withFirst(more.last()));
        assertEquals(more.last(), keyFile.read().first());
        keyFile.replace(keyFile.read().without(first.first()));
        assertEquals(List.of(more.last()), keyFile.read().ids());
        assertEquals(
                PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
        try (var files = Files.list(folder)) {
            assertTrue(files.noneMatch(one -> one.toString().endsWith(".new")));
        }
    }

    @Test
    void there_is_a_bound_on_keys_and_one_more_is_refused() throws Exception {
        MasterKeys keys = TestVault.keys(IntStream.rangeClosed(1, 16).toArray());
        assertThrows(KeyRefused.class, () -> keys.withNewKey(TestVault.RANDOM));
        String text = TestVault.keyText(IntStream.rangeClosed(1, 17).toArray());
        assertThrows(KeyRefused.class, () -> MasterKeys.parse(Secret.ofUtf8(text)));
    }

    @Test
    void an_id_is_read_as_it_is_written() throws Exception {
        KeyId id = TestVault.keys(1).first();
        assertEquals(Optional.of(id), KeyId.parse(id.toString()));
        for (String other : List.of("", "1a2b3c4", "1a2b3c4d5", "1A2B3C4D", "1a2b3c4g")) {
            assertEquals(Optional.empty(), KeyId.parse(other));
        }
        assertEquals(id, KeyId.of(vault.seal(new byte[1], PURPOSE)));
        assertThrows(CannotOpen.class, () -> KeyId.of(new byte[4]));
    }
}
