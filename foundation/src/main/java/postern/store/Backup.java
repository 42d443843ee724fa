package postern.store;

import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * Copies a database while others write to it. The copy is one moment of it, without what was
 * deleted before and without what must not leave the house; it is checked and on disk before it
 * gets its name.
 */
public final class Backup {
    private Backup() {}

    /**
     * @param replace whether {@code target} may be there already
     * @param leaveOut deletes in a copy what the backup shall not hold; no byte of it gets there
     * @throws StoreRefused nothing is left behind, and {@code target} is as it was
     */
    public static void write(Path database, Path target, boolean replace, Work<?> leaveOut)
            throws StoreRefused {
        Path whole = whole(database);
        Path unfinished = DatabaseFiles.beside(target, ".unfinished");
        Path folder = target.toAbsolutePath().getParent();
        try {
            refuseExisting(target, replace);
            refuseLive(database, target);
            Migrations.refuseUnfit(database);
            Optional<FileChannel> turn = turn(database);
            if (turn.isEmpty()) throw new StoreRefused("another backup is running", null);
            try (FileChannel held = turn.get()) {
                copyWithout(leaveOut, database, whole, unfinished);
                try {
                    refuseExisting(target, replace);
                    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
                    DatabaseFiles.flush(folder);
                } finally {
                    DatabaseFiles.delete(unfinished);
                }
            }
        } catch (IOException failure) {
            throw new StoreRefused("the backup cannot be written to the folder " + folder, failure);
        } catch (SQLException failure) {
            throw new StoreRefused(why(failure, folder), failure);
        }
    }

    private static void copyWithout(Work<?> leaveOut, Path database, Path whole, Path unfinished)
            throws IOException, SQLException, StoreRefused {
        DatabaseFiles.delete(whole);
        DatabaseFiles.delete(unfinished);
        try {
            DatabaseFiles.create(whole);
            copy(database, whole);
            change(whole, leaveOut);
            DatabaseFiles.create(unfinished);
            copy(whole, unfinished);
            DatabaseFiles.flush(unfinished);
            WholeCheck.of(unfinished);
        } catch (IOException | SQLException | StoreRefused | RuntimeException failure) {
            DatabaseFiles.delete(unfinished);
            throw failure;
        } finally {
            DatabaseFiles.delete(whole);
        }
    }

    /**
     * Removes the copy of everything that a killed backup left in the folder of {@code database}.
     * One that a running backup works with stays.
     *
     * @throws StoreRefused it cannot be removed
     */
    public static void removeLeftOver(Path database) throws StoreRefused {
        Path whole = whole(database);
        try {
            if (!Files.exists(whole)) return;
            Optional<FileChannel> turn = turn(database);
            if (turn.isEmpty()) return;
            try (FileChannel held = turn.get()) {
                DatabaseFiles.delete(whole);
            }
        } catch (IOException failure) {
            throw new StoreRefused(
                    "what a backup left behind cannot be removed, delete it: " + whole, failure);
        }
    }

    /** One name for all backups, in a folder that is the server's alone. */
    private static Path whole(Path database) {
        return DatabaseFiles.beside(database, ".whole");
    }

    /** Held until it is closed or the process ends; empty while another backup is running. */
    private static Optional<FileChannel> turn(Path database) throws IOException {
        Path lock = DatabaseFiles.beside(database, ".backup-lock");
        if (!Files.exists(lock)) {
            try {
                DatabaseFiles.create(lock);
                DatabaseFiles.keepOwner(database, lock);
            } catch (FileAlreadyExistsException anotherWasFirst) {
                // just as good
            }
        }
        FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) return Optional.of(channel);
        } catch (OverlappingFileLockException sameProcess) {
            // taken, like one of another process
        }
        channel.close();
        return Optional.empty();
    }

    /**
     * Reads in a database file that nobody writes to, without changing it.
     *
     * @throws StoreRefused it cannot be read
     */
    public static <T> T look(Path file, Work<T> work) throws StoreRefused {
        try (Connection connection = DriverManager.getConnection(FileCheck.readOnlyUrl(file))) {
            return work.in(Tx.reading(connection));
        } catch (SQLException failure) {
            throw new StoreRefused("the database cannot be read: " + file, failure);
        }
    }

    /** Neither the database nor what lies beside it as a part of it may be replaced. */
    private static void refuseLive(Path database, Path target) throws IOException, StoreRefused {
        boolean sameFolder =
                Files.isDirectory(target.toAbsolutePath().getParent())
                        && Files.isSameFile(
                                target.toAbsolutePath().getParent(),
                                database.toAbsolutePath().getParent());
        boolean sameFile = Files.exists(target) && Files.isSameFile(target, database);
        String name = database.getFileName().toString();
        if (sameFile || sameFolder && target.getFileName().toString().startsWith(name)) {
            throw new StoreRefused(
                    target + " is part of the database itself: choose another name", null);
        }
    }

    private static void refuseExisting(Path target, boolean replace) throws StoreRefused {
        if (Files.isDirectory(target)) {
            throw new StoreRefused(target + " is a folder: name a file", null);
        }
        if (!replace && Files.exists(target)) {
            throw new StoreRefused(target + " exists: choose another name, or add --replace", null);
        }
    }

    /** One statement is one reading transaction, during which others may write. */
    private static void copy(Path database, Path target) throws SQLException {
        var config = new SQLiteConfig(new Properties());
        config.setBusyTimeout(Database.BUSY_TIMEOUT_MILLIS);
        String url = "jdbc:sqlite:file:" + database.toUri().getRawPath() + "?mode=rw";
        try (Connection connection = config.createConnection(url);
                var statement = connection.prepareStatement("vacuum into ?")) {
            statement.setString(1, target.toString());
            statement.execute();
        }
    }

    /** Deleted bytes are overwritten here as well, since the disk may keep what the file held. */
    private static void change(Path copy, Work<?> work) throws SQLException {
        var config = new SQLiteConfig(new Properties());
        // a copy that fails is thrown away, so nothing needs to be rolled back
        config.setJournalMode(SQLiteConfig.JournalMode.OFF);
        config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "on");
        String url = "jdbc:sqlite:file:" + copy.toUri().getRawPath() + "?mode=rw";
        try (Connection connection = config.createConnection(url)) {
            connection.setAutoCommit(false);
            work.in(Tx.writing(connection, WriteSteps.UNWATCHED));
            connection.commit();
        }
    }

    private static String why(SQLException failure, Path folder) {
        int code = failure.getErrorCode() & 0xff;
        if (code == SQLiteErrorCode.SQLITE_FULL.code || code == SQLiteErrorCode.SQLITE_IOERR.code) {
            return "there is no space for the backup, or its disk fails: " + folder;
        }
        return "the database cannot be copied";
    }
}
