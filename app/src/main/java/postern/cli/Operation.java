package postern.cli;

import postern.app.Clocks;
import postern.app.DataFolder;
import postern.app.Keys;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.store.Database;
import postern.store.StoreRefused;
import postern.vault.KeyFile;
import postern.vault.KeyRotation;
import postern.vault.MasterKeys;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A command's work on the data of an installation, beside a server that may be running; one such
 * command at a time.
 *
 * @param keys as the settings and the key file say
 * @param keyFile empty when a setting holds the keys
 */
record Operation(
        Path dataDir,
        Database database,
        MasterKeys keys,
        Optional<KeyFile> keyFile,
        KeyRotation rotation,
        Clocks clocks,
        Optional<FileChannel> turn)
        implements AutoCloseable {

    /**
     * For a command that changes nothing.
     *
     * @throws StartRefused as {@link #alone}
     */
    static Operation looking(Configuration configuration, Clocks clocks) throws StartRefused {
        return open(configuration, clocks, false);
    }

    /**
     * For a command that changes keys: no other one runs meanwhile.
     *
     * @throws StartRefused there is no database, the keys do not fit it, or another command runs
     */
    static Operation alone(Configuration configuration, Clocks clocks) throws StartRefused {
        return open(configuration, clocks, true);
    }

    private static Operation open(Configuration configuration, Clocks clocks, boolean alone)
            throws StartRefused {
        Path file = DataFolder.databaseIn(configuration.dataDir());
        if (!Files.exists(file)) {
            throw new StartRefused("there is no database yet, start the server first: " + file);
        }
        Optional<FileChannel> turn =
                alone ? Optional.of(takeTurn(configuration.dataDir())) : Optional.empty();
        try {
            Database database = Database.open(file);
            try {
                MasterKeys keys =
                        Keys.openVault(configuration, database, clocks.random()).masterKeys();
                return new Operation(
                        configuration.dataDir(),
                        database,
                        keys,
                        Keys.file(configuration),
                        new KeyRotation(database, clocks.random()),
                        clocks,
                        turn);
            } catch (StartRefused | RuntimeException refused) {
                database.close();
                throw refused;
            }
        } catch (StoreRefused refused) {
            turn.ifPresent(Operation::close);
            throw new StartRefused(refused.getMessage() + " [" + file + "]", refused);
        } catch (StartRefused | RuntimeException refused) {
            turn.ifPresent(Operation::close);
            throw refused;
        }
    }

    private static FileChannel takeTurn(Path dataDir) throws StartRefused {
        Path file = dataDir.resolve("commands.lock");
        try {
            FileChannel channel =
                    FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            leaveToServer(dataDir, file);
            FileLock lock = channel.tryLock();
            if (lock != null) return channel;
            channel.close();
            throw new StartRefused("another command works on the keys: wait until it has ended");
        } catch (IOException unwritable) {
            throw new StartRefused(
                    "the data folder is not writable: "
                            + dataDir
                            + " (run this as the user that the server runs as)",
                    unwritable);
        }
    }

    /** An administrator's command must not keep the server's user from the next one. */
    private static void leaveToServer(Path dataDir, Path file) throws IOException {
        if (!Files.getOwner(file).equals(Files.getOwner(dataDir))) {
            Files.setOwner(file, Files.getOwner(dataDir));
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException ended) {
            // the lock ends with the process
        }
    }

    boolean isServerRunning() throws StartRefused {
        return DataFolder.isHeld(dataDir);
    }

    @Override
    public void close() {
        database.close();
        turn.ifPresent(Operation::close);
    }
}
