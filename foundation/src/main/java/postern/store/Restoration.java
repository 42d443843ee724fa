package postern.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Puts a checked copy in the place of a database, in two parts: until {@link #commit} the database
 * is the old one, from then on the new one, even if the rest is done by the next start.
 *
 * <p>A write-ahead log belongs to the database that lies beside it and to no other, so the old one
 * is never left beside the new database. For one process that holds the data folder.
 */
public final class Restoration {
    private static final String PREPARED = ".restoring";
    private static final String COMMITTED = ".restored-";
    private static final String FORMER = ".before-restore-";

    private final Path database;
    private final Path prepared;
    private final Consumer<String> steps;

    /**
     * @param steps told of each step that is done, for tests that end the process there
     */
    public Restoration(Path database, Consumer<String> steps) {
        this.database = database.toAbsolutePath();
        this.prepared = DatabaseFiles.beside(this.database, PREPARED);
        this.steps = steps;
    }

    /**
     * Copies and checks {@code backup}; the copy may be changed through {@link Database#open} until
     * {@link #commit}.
     *
     * @throws StoreRefused it is no database of this program that is whole
     */
    public Path prepare(Path backup) throws StoreRefused {
        try {
            if (Files.isDirectory(backup) || !Files.exists(backup)) {
                throw new StoreRefused("there is no such file: " + backup, null);
            }
            if (Files.exists(database) && Files.isSameFile(backup, database)) {
                throw new StoreRefused("this is the database itself: " + backup, null);
            }
            if (Files.exists(DatabaseFiles.wal(backup))) {
                throw new StoreRefused(
                        "this is no backup but a database in use, "
                                + DatabaseFiles.wal(backup)
                                + " belongs to it: make backups with 'postern backup'",
                        null);
            }
            DatabaseFiles.delete(prepared);
            DatabaseFiles.create(prepared);
            steps.accept("an empty copy is made");
            // into the file that is the server's alone: a copy would have the backup's own mode
            try (var out = Files.newOutputStream(prepared, StandardOpenOption.WRITE)) {
                Files.copy(backup, out);
            }
            DatabaseFiles.keepOwner(database.getParent(), prepared);
            steps.accept("the backup is copied");
            WholeCheck.of(prepared);
            steps.accept("the copy is whole");
            return prepared;
        } catch (IOException failure) {
            throw new StoreRefused("the backup cannot be copied into the data folder", failure);
        }
    }

    /** Removes what {@link #prepare} made. */
    public void abandon() throws StoreRefused {
        try {
            DatabaseFiles.delete(prepared);
        } catch (IOException failure) {
            throw new StoreRefused("cannot be removed: " + prepared, failure);
        }
    }

    /**
     * From here on the copy counts. It must be closed.
     *
     * @param moment part of the name under which the former database is kept
     * @throws StoreRefused the copy is not whole; the former database is in place
     */
    public void commit(String moment) throws StoreRefused {
        try {
            if (Files.exists(DatabaseFiles.wal(prepared))) {
                throw new StoreRefused("the copy is still in use: " + prepared, null);
            }
            WholeCheck.of(prepared);
            DatabaseFiles.delete(DatabaseFiles.beside(prepared, "-shm"));
            DatabaseFiles.flush(prepared);
            steps.accept("the changed copy is whole and on disk");
            Path committed = DatabaseFiles.beside(database, COMMITTED + moment);
            Files.move(prepared, committed, StandardCopyOption.ATOMIC_MOVE);
            DatabaseFiles.flush(database.getParent());
            steps.accept("the copy counts");
        } catch (IOException failure) {
            throw new StoreRefused("the copy cannot be put in place", failure);
        }
    }

    /**
     * Does what is left after {@link #commit}, also for a process that was ended meanwhile, and
     * removes what one left that was ended before it.
     *
     * @return where the former database is now; empty when nothing was left to do
     * @throws StoreRefused to be tried again
     */
    public java.util.Optional<Path> finish() throws StoreRefused {
        try {
            // of a run that was killed before its copy counted
            DatabaseFiles.delete(prepared);
            List<Path> committed = committed(database);
            if (committed.isEmpty()) return java.util.Optional.empty();
            Path last = committed.getLast();
            String name = last.getFileName().toString();
            String moment = name.substring(name.indexOf(COMMITTED) + COMMITTED.length());
            Path former = DatabaseFiles.beside(database, FORMER + moment);
            putFormerAside(former);
            Files.move(last, database, StandardCopyOption.ATOMIC_MOVE);
            DatabaseFiles.flush(database.getParent());
            steps.accept("the copy is in place");
            return java.util.Optional.of(former);
        } catch (IOException failure) {
            throw new StoreRefused(
                    "a restored database cannot be put in place: " + database, failure);
        }
    }

    /** The former database keeps its name until the new one takes it over. */
    private void putFormerAside(Path former) throws IOException {
        if (Files.exists(database)) {
            foldLog();
            steps.accept("the former database has taken in its log");
            Path log = DatabaseFiles.wal(database);
            if (Files.exists(log)) {
                // it could not be read: whoever wants to save something from it needs both
                Files.move(log, DatabaseFiles.wal(former), StandardCopyOption.ATOMIC_MOVE);
            }
            steps.accept("the former log is away");
            keep(former);
            steps.accept("the former database is kept");
        }
        for (String ending : new String[] {"-wal", "-shm", "-journal"}) {
            Files.deleteIfExists(DatabaseFiles.beside(database, ending));
        }
        DatabaseFiles.flush(database.getParent());
        steps.accept("nothing lies beside the database");
    }

    private void keep(Path former) throws IOException {
        try {
            Files.createLink(former, database);
        } catch (FileAlreadyExistsException keptBefore) {
            // a run before this one came as far as here
        }
    }

    /** The last connection that closes moves the log into the database. */
    private void foldLog() {
        String url = "jdbc:sqlite:file:" + database.toUri().getRawPath() + "?mode=rw";
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute("pragma wal_checkpoint(truncate)");
        } catch (SQLException damaged) {
            // that may be why it is being replaced; its log is then kept beside it
        }
    }

    /** Whether a restored database waits for {@link #finish}. */
    static boolean isUnfinished(Path database) throws StoreRefused {
        try {
            return Files.isDirectory(database.toAbsolutePath().getParent())
                    && !committed(database.toAbsolutePath()).isEmpty();
        } catch (IOException failure) {
            throw new StoreRefused("the data folder cannot be read", failure);
        }
    }

    private static List<Path> committed(Path database) throws IOException {
        String start = database.getFileName() + COMMITTED;
        try (Stream<Path> files = Files.list(database.getParent())) {
            return files.filter(file -> file.getFileName().toString().startsWith(start))
                    .sorted()
                    .toList();
        }
    }
}
