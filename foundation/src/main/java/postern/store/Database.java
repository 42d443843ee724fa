package postern.store;

import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;

import postern.core.Undo;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * A SQLite database in WAL mode with {@code synchronous=FULL}: what {@link #write} has returned
 * from survives power loss. Safe for any number of threads.
 */
public final class Database implements AutoCloseable {
    private static final int READERS = 4;
    private static final Duration READER_WAIT = Duration.ofSeconds(5);
    static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private static final int LOG_BUSY_MILLIS = 200;

    /**
     * So long the log grows before it is moved into the database, 16 MiB: a page that many
     * transactions changed is moved once.
     */
    private static final int LOG_PAGES = 4_000;

    /** In KiB, as a negative number to SQLite: more than the tokens of a small company take. */
    private static final int WRITER_CACHE_KIB = 16 * 1024;

    private final String url;
    private final Writer writer;
    private final Connection writerConnection;
    private final Readers readers;

    private Database(String url, Connection writerConnection, Writer writer, Readers readers) {
        this.url = url;
        this.writerConnection = writerConnection;
        this.writer = writer;
        this.readers = readers;
    }

    /**
     * Opens or creates the database and migrates it.
     *
     * @throws StoreRefused the file is damaged, newer than this program, or its folder is not
     *     writable; the file is as it was
     */
    public static Database open(Path file) throws StoreRefused {
        return open(file, WriteSteps.UNWATCHED);
    }

    /** As {@link #open(Path)}, with somebody who is told of every step of the writer. */
    public static Database open(Path file, WriteSteps steps) throws StoreRefused {
        if (Restoration.isUnfinished(file)) {
            throw new StoreRefused(
                    "a restored backup is not in place yet: start the server, which finishes that",
                    null);
        }
        prepareFile(file);
        if (!FileCheck.isEmpty(file)) FileCheck.refuseDamaged(file);
        String url = "jdbc:sqlite:file:" + file.toUri().getRawPath();
        var source = new SQLiteDataSource(config(false));
        source.setUrl(url);
        Migrations.run(file, source);
        try (var undo = new Undo()) {
            Connection writing = undo.own(source.getConnection());
            var readers =
                    undo.own(
                            new Readers(
                                    READERS,
                                    READER_WAIT,
                                    () -> config(true).createConnection(url)));
            var database = new Database(url, writing, new Writer(writing, steps), readers);
            undo.release();
            return database;
        } catch (SQLException failure) {
            throw new StoreRefused("the database cannot be opened: " + file, failure);
        }
    }

    private static void prepareFile(Path file) throws StoreRefused {
        Path folder = file.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            }
        } catch (FileAlreadyExistsException anotherProcessMadeIt) {
            // or it is the folder that is a file, which the next check finds
        } catch (IOException failure) {
            throw new StoreRefused("the data folder is not writable: " + folder, failure);
        }
        if (!Files.isWritable(file) || !Files.isWritable(folder)) {
            throw new StoreRefused("the data folder is not writable: " + folder, null);
        }
    }

    private static SQLiteConfig config(boolean readOnly) {
        var config = new SQLiteConfig(new Properties());
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.enforceForeignKeys(true);
        config.setTempStore(TempStore.MEMORY);
        config.setGetGeneratedKeys(false); // a query of its own after each insert
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "on");
        if (!readOnly) {
            config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(LOG_PAGES));
            config.setPragma(SQLiteConfig.Pragma.CACHE_SIZE, Integer.toString(-WRITER_CACHE_KIB));
        }
        config.setReadOnly(readOnly);
        return config;
    }

    /**
     * Runs {@code work} alone and atomically; returns when its changes are durable. Waits for its
     * turn. An exception of {@code work} is thrown here and has changed nothing.
     *
     * @throws StoreUnavailable nothing was changed; only when this thread was interrupted while it
     *     waited, the change may still be made
     * @throws IllegalStateException when called from within a write
     */
    public <T> T write(Work<T> work) {
        return write(work, Writer.Failing.ALONE);
    }

    /**
     * As {@link #write}, for work that fails only when the database does: then all that shares its
     * flush is rolled back with it, and all its callers get {@link StoreUnavailable}. It is spared
     * the savepoint, under which SQLite copies each page before it changes.
     */
    public <T> T writeTogether(Work<T> work) {
        return write(work, Writer.Failing.WITH_ITS_BATCH);
    }

    /**
     * Runs {@code step} as a write of its own, again and again, until it says that nothing is left
     * to do. For what may have to change many rows: each step is atomic, the whole is not, and
     * other writers have their turn in between.
     *
     * @param step changes a bounded number of rows; true when there may be more of them
     */
    public void writeInSteps(Work<Boolean> step) {
        boolean mayBeMore;
        do mayBeMore = write(step);
        while (mayBeMore);
    }

    /**
     * Writes a page as it is, durably: a full disk or a writer that is gone show, which a read or a
     * write without changes would not.
     *
     * @throws StoreUnavailable nothing can be written
     */
    public void writeOnePage() {
        // the number belongs to whoever owns the database and is always 0 here; SQLite writes the
        // page that holds it also when it stays the same
        write(tx -> tx.update("pragma user_version = 0"));
    }

    private <T> T write(Work<T> work, Writer.Failing failing) {
        try {
            return writer.submit(work, failing).get();
        } catch (ExecutionException failure) {
            throw unwrapped(failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted; the change may still be made", interrupted);
        }
    }

    /**
     * Runs {@code work} on a reading connection; each of its statements sees every write that has
     * returned before.
     *
     * @throws StoreUnavailable the caller refuses the request, it never guesses
     */
    public <T> T read(Work<T> work) {
        return readers.read(work);
    }

    /**
     * Moves the log into the database and empties it: what was deleted is overwritten with zeros in
     * the database, but stays readable in the log until then. False when somebody was reading; then
     * it is for the next time.
     */
    public boolean emptyLog() {
        var config = config(false);
        config.setBusyTimeout(LOG_BUSY_MILLIS);
        try (Connection connection = config.createConnection(url);
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma wal_checkpoint(truncate)")) {
            return row.getInt(1) == 0;
        } catch (SQLException failure) {
            throw new StoreUnavailable("the log cannot be emptied", failure);
        }
    }

    private static RuntimeException unwrapped(Throwable cause) {
        return switch (cause) {
            case StoreUnavailable unavailable ->
                    new StoreUnavailable(unavailable.getMessage(), unavailable);
            case RuntimeException refusal -> refusal;
            case Error error -> throw error;
            default -> new CompletionException(cause);
        };
    }

    /** Finishes queued writes, then closes. */
    @Override
    public void close() {
        writer.close();
        try (writerConnection;
                readers) {
            // closed by the resource list, the readers first, so that the last connection cleans
            // the WAL
        } catch (SQLException failure) {
            throw new StoreUnavailable("close failed", failure);
        }
    }
}
