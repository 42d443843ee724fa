package postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** oauth-rules section 5, number 9: what was deleted is gone from the files. */
class DeletionTest {
    private static final String CANARY = "canary-canary-canary-canary";

    @TempDir Path folder;

    private boolean isThere() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (bytes.contains(CANARY)) return true;
            }
        }
        return false;
    }

    @Test
    void what_was_deleted_is_in_no_file_once_the_log_is_emptied() throws Exception {
        try (Database database = Database.open(folder.resolve("postern.db"))) {
            database.write(tx -> tx.update("create table thing (secret text)"));
            database.write(tx -> tx.update("insert into thing values (?)", CANARY));
            assertTrue(database.emptyLog());
            assertTrue(isThere());
            database.write(tx -> tx.update("update thing set secret = null"));
            assertTrue(isThere(), "still in the database until the log is folded in");
            assertTrue(database.emptyLog());
            assertFalse(isThere());
            assertEquals(0, Files.size(folder.resolve("postern.db-wal")));
        }
    }

    @Test
    void nothing_fails_when_the_log_is_emptied_among_writes_and_reads() throws Exception {
        try (Database database = Database.open(folder.resolve("postern.db"))) {
            database.write(tx -> tx.update("create table thing (n integer)"));
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 300; i++) {
                                    int n = i;
                                    database.write(
                                            tx -> tx.update("insert into thing values (?)", n));
                                }
                            });
            while (writer.isAlive()) {
                database.emptyLog();
                database.read(tx -> tx.first("select count(*) from thing", row -> row.getInt(1)));
            }
            assertEquals(
                    300,
                    database.read(tx ->
                                    tx.first("select count(*) from thing", row -> row.getInt(1)))
                            .orElseThrow());
        }
    }
}
