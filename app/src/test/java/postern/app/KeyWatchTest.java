package postern.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.store.Database;
import postern.vault.KeyFile;
import postern.vault.KeyId;
import postern.vault.KeyRotation;
import postern.vault.Vault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class KeyWatchTest {
    private final Clocks clocks = Clocks.system();
    @TempDir Path folder;
    private Database database;
    private KeyRotation rotation;
    private KeyFile file;
    private Vault vault;
    private KeyWatch watch;

    @BeforeEach
    void open() throws Exception {
        Configuration configuration =
                ConfigurationReader.read(
                                Map.of(
                                        "POSTERN_DATA_DIR", folder.toString(),
                                        "POSTERN_KEY_DIR", folder.resolve("keys").toString()),
                                List.of())
                        .configuration();
        database = Database.open(folder.resolve("postern.db"));
        rotation = new KeyRotation(database, clocks.random());
        vault = Keys.openVault(configuration, database, clocks.random());
        file = Keys.file(configuration).orElseThrow();
        watch = new KeyWatch(configuration, database, vault, clocks);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void mode(String permissions) throws Exception {
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString(permissions));
    }

    @Test
    void the_lock_file_is_for_its_owner_only() throws Exception {
        try (DataFolder held = DataFolder.hold(folder)) {
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(folder.resolve("lock")));
        }
    }

    @Test
    void nothing_is_written_before_the_first_look() {
        assertEquals(Optional.empty(), rotation.loaded());
        watch.look();
        assertEquals(Optional.of(vault.masterKeys().ids()), rotation.loaded());
    }

    @Test
    void a_refused_file_is_taken_once_its_mode_is_mended() throws Exception {
        watch.look();
        List<KeyId> before = vault.masterKeys().ids();
        file.replace(file.read().withNewKey(clocks.random()));
        mode("rw-r--r--");
        watch.look();
        watch.look();
        assertEquals(before, vault.masterKeys().ids());
        mode("rw-------");
        watch.look();
        assertEquals(file.read().ids(), vault.masterKeys().ids());
        assertEquals(Optional.of(file.read().ids()), rotation.loaded());
    }

    @Test
    void a_file_that_was_away_is_taken_when_it_is_back() throws Exception {
        watch.look();
        file.replace(file.read().withNewKey(clocks.random()));
        Path aside = folder.resolve("aside");
        Files.move(file.path(), aside);
        watch.look();
        Files.move(aside, file.path());
        watch.look();
        assertEquals(file.read().ids(), vault.masterKeys().ids());
    }
}
