package postern.store;

import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteErrorCode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Looks at a database file before anything writes to it: no byte of it changes, and no file appears
 * beside it.
 */
final class FileCheck {
    /**
     * How much of a large database is looked at, so that a start stays short: the first 50 MB or so
     * in about 100 ms. A wrong header, a file cut short and a broken schema are found at any size;
     * other damage further behind shows when it is read.
     */
    private static final int MAX_STEPS = 60;

    private static final int ROWS_PER_STEP = 20_000;

    private static final int MIN_PAGE_BYTES = 512;
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private FileCheck() {}

    static boolean isEmpty(Path file) throws StoreRefused {
        try {
            return Files.size(file) == 0;
        } catch (IOException failure) {
            throw new StoreRefused("the database cannot be read: " + file, failure);
        }
    }

    static void refuseDamaged(Path file) throws StoreRefused {
        boolean alone = isAlone(file);
        try {
            check(file);
        } catch (StoreRefused refused) {
            // another process has begun to write meanwhile: this time look with locks
            if (!alone || isAlone(file)) throw refused;
            check(file);
        }
    }

    private static void check(Path file) throws StoreRefused {
        refuseWithoutHeader(file);
        try (Connection connection = DriverManager.getConnection(readOnlyUrl(file))) {
            ProgressHandler.setHandler(connection, ROWS_PER_STEP, new Budget());
            try (var statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("pragma quick_check(1)")) {
                if (!row.next() || !"ok".equals(row.getString(1))) {
                    throw new StoreRefused("the database is damaged: restore a backup", null);
                }
            }
        } catch (SQLException failure) {
            if (failure.getErrorCode() == SQLiteErrorCode.SQLITE_INTERRUPT.code) return;
            throw new StoreRefused(
                    "the database cannot be read, it is damaged or not a database: restore a"
                            + " backup",
                    failure);
        }
    }

    /** A file shorter than one page would else be taken for an empty database, and filled. */
    private static void refuseWithoutHeader(Path file) throws StoreRefused {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(MIN_PAGE_BYTES);
            boolean fits =
                    start.length == MIN_PAGE_BYTES
                            && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
            if (!fits) {
                throw new StoreRefused("this is not a database: restore a backup", null);
            }
        } catch (IOException failure) {
            throw new StoreRefused("the database cannot be read: " + file, failure);
        }
    }

    private static final class Budget extends ProgressHandler {
        private int steps;

        @Override
        protected int progress() {
            return ++steps > MAX_STEPS ? 1 : 0;
        }
    }

    /**
     * Without a WAL nobody has the database open; it is then read as if nothing could change it,
     * since even a reader would otherwise leave a WAL behind.
     */
    static String readOnlyUrl(Path file) {
        String url = "jdbc:sqlite:file:" + file.toUri().getRawPath() + "?mode=ro";
        return isAlone(file) ? url + "&immutable=1" : url;
    }

    private static boolean isAlone(Path file) {
        return !Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
    }
}
