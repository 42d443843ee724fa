package postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class WrittenPageTest {
    private static final int MIN_PAGE_BYTES = 512;

    @TempDir Path folder;

    @Test
    void a_page_reaches_the_disk_every_time_and_stays_what_it_is() throws Exception {
        Path log = folder.resolve("postern.db-wal");
        try (Database database = Database.open(folder.resolve("postern.db"))) {
            for (int i = 0; i < 3; i++) {
                assertTrue(database.emptyLog());
                byte[] before = Files.readAllBytes(folder.resolve("postern.db"));
                assertEquals(0, Files.size(log));
                database.writeOnePage();
                assertTrue(Files.size(log) > MIN_PAGE_BYTES, "nothing was written");
                byte[] after = Files.readAllBytes(folder.resolve("postern.db"));
                assertEquals(before.length, after.length);
            }
        }
    }

    @Test
    void who_cannot_write_is_told() throws Exception {
        Database database = Database.open(folder.resolve("postern.db"));
        database.close();
        assertThrows(StoreUnavailable.class, database::writeOnePage);
    }
}
