package postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
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

    private List<Path> left() throws Exception {
        try (Stream<Path> files = Files.list(target)) {
            return files.toList();
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
}
