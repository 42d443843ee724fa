package postern.vault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.core.Secret;
import postern.store.Database;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

class MasterKeysTest {
    @TempDir Path folder;

    @Test
    void ids_come_from_the_keys_and_not_from_their_order() throws Exception {
        MasterKeys keys = TestVault.keys(1, 2, 3);
        assertEquals(TestVault.keys(3, 1, 2).primaryId(), TestVault.keys(3).primaryId());
        assertEquals(keys.primaryId(), TestVault.keys(1).primaryId());
        assertTrue(keys.withId(TestVault.keys(3).primaryId()).isPresent());
        assertTrue(keys.withId(TestVault.keys(4).primaryId()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "short",
                "AAAAAAAAAAAAAAAAAAAAAA==",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "canary-canary-canary",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
            })
    void what_is_no_key_is_refused_without_being_repeated(String text) {
        var refused = assertThrows(KeyRefused.class, () -> MasterKeys.parse(Secret.ofUtf8(text)));
        assertEquals(1, refused.getMessage().lines().count());
        assertFalse(refused.getMessage().contains("canary"));
    }

    @Test
    void one_bad_key_among_good_ones_is_refused() {
        assertThrows(
                KeyRefused.class,
                () -> MasterKeys.parse(Secret.ofUtf8(TestVault.keyText(1) + "\nAAAA")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x"})
    void a_file_that_others_can_use_is_refused(String mode) throws Exception {
        Path file = Files.writeString(folder.resolve("master.key"), TestVault.keyText(1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        var refused = assertThrows(KeyRefused.class, () -> MasterKeys.read(file));
        assertTrue(refused.getMessage().contains("chmod 600"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertEquals(TestVault.keys(1).primaryId(), MasterKeys.read(file).primaryId());
    }

    @Test
    void a_generated_key_is_for_its_owner_only_and_nothing_else_stays_behind() throws Exception {
        Path file = folder.resolve("keys").resolve("master.key");
        MasterKeys made = MasterKeys.readOrGenerate(file, TestVault.RANDOM);
        assertEquals("rw-------", mode(file));
        assertEquals("rwx------", mode(file.getParent()));
        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList());
        }
        assertEquals(
                made.primaryId(), MasterKeys.readOrGenerate(file, TestVault.RANDOM).primaryId());
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void of_16_that_generate_at_once_all_get_the_same_key() throws Exception {
        Path file = folder.resolve("keys").resolve("master.key");
        try (var starters = Executors.newFixedThreadPool(16)) {
            List<Future<MasterKeys>> made =
                    IntStream.range(0, 16)
                            .mapToObj(n ->
                                    starters.submit(() ->
                                            MasterKeys.readOrGenerate(file, TestVault.RANDOM)))
                            .toList();
            int id = made.getFirst().get().primaryId();
            for (Future<MasterKeys> one : made) assertEquals(id, one.get().primaryId());
        }
    }

    @Test
    void a_key_file_that_leads_nowhere_is_refused_and_not_written_through() throws Exception {
        Path link = folder.resolve("master.key");
        Files.createSymbolicLink(link, folder.resolve("not-mounted"));
        assertThrows(KeyRefused.class, () -> MasterKeys.readOrGenerate(link, TestVault.RANDOM));
        assertFalse(Files.exists(folder.resolve("not-mounted")));
    }

    @Test
    void a_wrong_key_is_refused_at_open_and_changes_nothing() throws Exception {
        try (Database database = Database.open(folder.resolve("postern.db"))) {
            Vault vault = Vault.open(database, TestVault.keys(1), TestVault.RANDOM);
            byte[] hash = vault.keyedHash("test", "text");
            List<String> before = rows(database);
            assertEquals(2, before.size());
            var refused =
                    assertThrows(
                            KeyRefused.class,
                            () -> Vault.open(database, TestVault.keys(2), TestVault.RANDOM));
            assertEquals(1, refused.getMessage().lines().count());
            assertEquals(before, rows(database));
            Vault again = Vault.open(database, TestVault.keys(2, 1), TestVault.RANDOM);
            assertArrayEquals(hash, again.keyedHash("test", "text"));
        }
    }

    @Test
    void a_wrong_key_beside_a_half_made_vault_adds_no_key_of_its_own() throws Exception {
        try (Database database = Database.open(folder.resolve("postern.db"))) {
            Vault.open(database, TestVault.keys(1), TestVault.RANDOM);
            database.write(tx -> tx.update("delete from vault_key where name = 'pepper'"));
            List<String> before = rows(database);
            assertThrows(
                    KeyRefused.class,
                    () -> Vault.open(database, TestVault.keys(2), TestVault.RANDOM));
            assertEquals(before, rows(database));
        }
    }

    @Test
    void inner_keys_exchanged_in_the_database_are_refused() throws Exception {
        try (Database database = Database.open(folder.resolve("postern.db"))) {
            Vault.open(database, TestVault.keys(1), TestVault.RANDOM);
            database.write(tx ->
                    tx.update(
                            "update vault_key set sealed ="
                                    + " (select sealed from vault_key where name = 'row')"
                                    + " where name = 'pepper'"));
            assertThrows(
                    KeyRefused.class,
                    () -> Vault.open(database, TestVault.keys(1), TestVault.RANDOM));
        }
    }

    @Test
    void no_secret_shows_in_texts_or_stack_traces() throws Exception {
        byte[] canary = TestVault.keyBytes(0x63);
        MasterKeys keys = TestVault.keys(0x63);
        try (var made = new TestVault(folder, keys)) {
            GrantSeal seal = made.vault.grantSeal();
            GrantSeal.GrantKeyPair pair = seal.newKeyPair();
            Token token = made.vault.mintCode();
            byte[] wrap = seal.wrap(pair.privateKey(), token, "g");
            var texts = new StringWriter();
            var out = new PrintWriter(texts);
            for (Object object :
                    new Object[] {
                        keys, made.vault, seal, pair, token, token.text(), token.lookup(), wrap
                    }) {
                out.println(object);
            }
            assertThrows(CannotOpen.class, () -> seal.unwrap(wrap, token, "other"))
                    .printStackTrace(out);
            assertThrows(
                            KeyRefused.class,
                            () -> Vault.open(made.database, TestVault.keys(2), TestVault.RANDOM))
                    .printStackTrace(out);
            absent(canary, texts.toString());
            token.text().use(text -> absent(text, texts.toString()));
            pair.privateKey().use(key -> absent(key, texts.toString()));
        }
    }

    private static Void absent(byte[] secret, String text) {
        String hex = HexFormat.of().formatHex(secret);
        String base64 = Base64.getEncoder().encodeToString(secret);
        assertFalse(text.contains(new String(secret, java.nio.charset.StandardCharsets.UTF_8)));
        assertFalse(text.contains(hex.substring(0, 16)));
        assertFalse(text.contains(base64.substring(0, 16)));
        return null;
    }

    private static List<String> rows(Database database) {
        return database.read(tx ->
                tx.all(
                        "select name || ' ' || hex(sealed) from vault_key order by name",
                        row -> row.getString(1)));
    }
}
