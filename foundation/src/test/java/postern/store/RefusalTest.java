package postern.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A file that does not fit is refused with one line, and is afterwards what it was before. */
class RefusalTest {
    @TempDir Path folder;

    private Path file() {
        return folder.resolve("postern.db");
    }

    private void made() throws Exception {
        try (Database database = Database.open(file())) {
            database.write(tx -> tx.update("create table entry (n integer primary key, note)"));
            database.write(tx ->
                    tx.update(
                            "with recursive c(n) as (select 1 union all select n + 1 from c"
                                    + " where n < 2000) insert into entry"
                                    + " select n, hex(randomblob(100)) from c"));
        }
    }

    private void sql(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private void refused(String words) throws Exception {
        byte[] before = Files.readAllBytes(file());
        var refusal = assertThrows(StoreRefused.class, () -> Database.open(file()));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count());
        assertArrayEquals(before, Files.readAllBytes(file()));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file()), files.toList());
        }
    }

    @Test
    void garbage() throws Exception {
        byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        Files.write(file(), garbage);
        refused("not a database");
    }

    @Test
    void a_database_cut_short_anywhere() throws Exception {
        made();
        byte[] whole = Files.readAllBytes(file());
        for (int length : new int[] {1, 99, 4096, whole.length / 2, whole.length - 4096}) {
            Files.write(file(), Arrays.copyOf(whole, length));
            refused("database");
        }
        Files.write(file(), whole);
        Database.open(file()).close();
    }

    @Test
    void a_page_overwritten() throws Exception {
        made();
        byte[] bytes = Files.readAllBytes(file());
        Arrays.fill(bytes, bytes.length - 3 * 4096, bytes.length, (byte) 0x5a);
        Files.write(file(), bytes);
        refused("damaged");
    }

    @Test
    void a_newer_schema() throws Exception {
        made();
        sql(
                "insert into flyway_schema_history select 99, '999', 'later', 'SQL', 'V999.sql',"
                        + " 1, 'x', installed_on, 1, 1 from flyway_schema_history limit 1");
        refused("newer version (schema 999");
    }

    @Test
    void a_changed_migration() throws Exception {
        made();
        sql("update flyway_schema_history set checksum = checksum + 1 where version = '1'");
        refused("migration 1 failed, is missing or was changed");
    }

    @Test
    void a_failed_migration() throws Exception {
        made();
        sql("update flyway_schema_history set success = 0 where version = '1'");
        refused("migration 1 failed");
    }

    @Test
    void the_database_of_another_program() throws Exception {
        sql("create table theirs (n integer)");
        refused("another program");
    }

    @Test
    void a_newer_schema_whose_writer_was_killed_keeps_its_wal() throws Exception {
        made();
        Path elsewhere = Files.createDirectory(folder.resolve("copy")).resolve("postern.db");
        Path wal = folder.resolve("postern.db-wal");
        try (Database database = Database.open(file())) {
            database.write(tx ->
                    tx.update(
                            "insert into flyway_schema_history select 99, '999', 'later', 'SQL',"
                                    + " 'V999.sql', 1, 'x', installed_on, 1, 1"
                                    + " from flyway_schema_history limit 1"));
            Files.copy(file(), elsewhere);
            Files.copy(wal, elsewhere.resolveSibling("postern.db-wal"));
        }
        byte[] before = Files.readAllBytes(elsewhere);
        byte[] walBefore = Files.readAllBytes(elsewhere.resolveSibling("postern.db-wal"));
        assertThrows(StoreRefused.class, () -> Database.open(elsewhere));
        assertArrayEquals(before, Files.readAllBytes(elsewhere));
        assertArrayEquals(
                walBefore, Files.readAllBytes(elsewhere.resolveSibling("postern.db-wal")));
    }

    @Test
    void a_folder_that_cannot_be_written() throws Exception {
        Path blocked = Files.createFile(folder.resolve("blocked"));
        var refusal =
                assertThrows(
                        StoreRefused.class, () -> Database.open(blocked.resolve("postern.db")));
        assertTrue(refusal.getMessage().startsWith("the data folder is not writable"));
        assertTrue(Files.isRegularFile(blocked));
        assertFalse(Files.exists(blocked.resolve("postern.db")));
    }

    @Test
    void eight_first_starts_at_once_agree() throws Exception {
        try (var starters = Executors.newFixedThreadPool(8)) {
            List<Future<Database>> opened =
                    IntStream.range(0, 8)
                            .mapToObj(n -> starters.submit(() -> Database.open(file())))
                            .toList();
            for (Future<Database> one : opened) one.get().close();
        }
    }
}
