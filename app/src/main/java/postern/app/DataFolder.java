package postern.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The data folder, held by one server at a time: a second one would take the first one's children
 * for strays and end them.
 */
public final class DataFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final int TRIES = 5;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * @throws StartRefused when it cannot be written or another server holds it
     */
    public static DataFolder hold(Path folder) throws StartRefused {
        try {
            prepare(folder);
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(LOCK),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            if (!lock(channel)) {
                channel.close();
                throw inUse(folder, null);
            }
            return new DataFolder(folder, channel);
        } catch (OverlappingFileLockException sameProcess) {
            throw inUse(folder, sameProcess);
        } catch (IOException unwritable) {
            throw new StartRefused(
                    "the data folder is not writable: " + folder + " (POSTERN_DATA_DIR)",
                    unwritable);
        }
    }

    /** A command may hold it for a moment, to see whether a server does. */
    private static boolean lock(FileChannel channel) throws IOException {
        for (int left = TRIES; left > 0; left--) {
            if (channel.tryLock() != null) return true;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return false;
    }

    /** Whether a server runs on the folder just now. */
    public static boolean isHeld(Path folder) throws StartRefused {
        Path file = folder.resolve(LOCK);
        if (!Files.exists(file)) return false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException sameProcess) {
            return true;
        } catch (IOException unwritable) {
            throw new StartRefused(
                    "the data folder is not writable: " + folder + " (POSTERN_DATA_DIR)",
                    unwritable);
        }
    }

    private static StartRefused inUse(Path folder, Throwable cause) {
        return new StartRefused("another Postern is running on the data folder " + folder, cause);
    }

    /** Makes the folder if it is not there, for us alone. */
    static void prepare(Path folder) throws IOException {
        if (Files.isDirectory(folder)) return;
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    public Path database() {
        return databaseIn(folder);
    }

    public static Path databaseIn(Path folder) {
        return folder.resolve("postern.db");
    }

    Path children() {
        return folder.resolve("children");
    }

    /**
     * Names this installation in the marks of its children. Made from where the folder is and which
     * one it is there, so that it stays the same over restarts and a copy has another.
     */
    String instance() throws StartRefused {
        try {
            Path real = folder.toRealPath();
            Object inode = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest((real + "|" + inode).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (IOException unreadable) {
            throw new StartRefused("the data folder cannot be read: " + folder, unreadable);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("SHA-256 is missing", missing);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
