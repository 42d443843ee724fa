package postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

class BackupTest {
    private static final String CANARY = "canary-canary-canary-canary";

    @TempDir Path folder;
    @TempDir Path target;

    private Path database() {
        return folder.resolve("postern.db");
    }

    private static boolean holdsCanary(Path file) throws Exception {
        return new String(Files.readAllBytes(file), ISO_8859_1).contains(CANARY);
    }

    private List<Path> left() {
        try (Stream<Path> files = Files.list(target)) {
            return files.toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void removeLeftOver() {
        try {
            Backup.removeLeftOver(database());
        } catch (StoreRefused refused) {
            throw new IllegalStateException(refused);
        }
    }

    @Test
    void what_is_left_out_is_in_no_byte_of_the_copy_and_still_in_the_database() throws Exception {
        Path file = target.resolve("backup.db");
        try (Database database = Database.open(database())) {
            database.write(tx -> tx.update("create table thing (name text, secret text)"));
            database.write(tx -> {
                for (int i = 0; i < 500; i++) {
                    tx.update("insert into thing values (?, ?)", "name " + i, CANARY);
                }
                return null;
            });
            database.emptyLog();
            Backup.write(
                    database(),
                    file,
                    false,
                    tx -> tx.update("update thing set secret = null where secret is not null"));
            assertTrue(holdsCanary(database()));
        }
        assertFalse(holdsCanary(file));
        assertEquals(List.of(file), left());
        long rows =
                Backup.look(file, tx -> tx.first("select count(*) from thing", r -> r.getLong(1)))
                        .orElseThrow();
        assertEquals(500, rows);
    }

    @Test
    void the_copy_of_everything_is_never_in_the_folder_of_backups() throws Exception {
        Database.open(database()).close();
        Path whole = folder.resolve("postern.db.whole");
        Backup.write(
                database(),
                target.resolve("backup.db"),
                false,
                tx -> {
                    assertEquals(List.of(), left());
                    assertEquals("rw-------", mode(whole));
                    removeLeftOver();
                    assertTrue(Files.exists(whole), "a running backup works with it");
                    assertThrows(
                            StoreRefused.class,
                            () ->
                                    Backup.write(
                                            database(), target.resolve("two"), false, t -> null));
                    return null;
                });
        assertFalse(Files.exists(whole));
    }

    @Test
    void what_a_killed_backup_left_goes_at_the_next_start_or_backup() throws Exception {
        Database.open(database()).close();
        Path whole = folder.resolve("postern.db.whole");
        Files.writeString(whole, CANARY);
        Backup.removeLeftOver(database());
        assertFalse(Files.exists(whole));
        Files.writeString(whole, CANARY);
        Backup.write(database(), target.resolve("backup.db"), false, tx -> null);
        assertFalse(Files.exists(whole));
    }

    @Test
    void when_it_cannot_be_left_out_there_is_no_copy() throws Exception {
        Database.open(database()).close();
        assertThrows(
                StoreRefused.class,
                () ->
                        Backup.write(
                                database(),
                                target.resolve("backup.db"),
                                false,
                                tx -> {
                                    throw new SQLException("by order");
                                }));
        assertEquals(List.of(), left());
    }

    @Test
    void the_root_of_all_folders_is_no_file() throws Exception {
        Database.open(database()).close();
        var refused =
                assertThrows(
                        StoreRefused.class,
                        () -> Backup.write(database(), Path.of("/"), true, tx -> null));
        assertTrue(refused.getMessage().contains("is a folder"), refused::getMessage);
    }

    /** A file of another mode, even for a moment, can be kept open by somebody. */
    @Test
    void a_restored_copy_is_one_file_that_only_the_server_may_read() throws Exception {
        Path file = target.resolve("backup.db");
        Database.open(database()).close();
        Backup.write(database(), file, false, tx -> null);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Path prepared = DatabaseFiles.beside(database(), ".restoring");
        var seen = new java.util.LinkedHashSet<String>();
        var restoration = new Restoration(database(), step -> seen.add(inode(prepared)));
        restoration.prepare(file);
        assertEquals(1, seen.size(), seen::toString);
        assertEquals("rw-------", mode(prepared));
        restoration.abandon();
    }

    private static String inode(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino") + " " + mode(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
