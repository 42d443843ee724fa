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
import java.util.HexFormat;

/**
 * The data folder, held by one server at a time: a second one would take the first one's children
 * for strays and end them.
 */
final class DataFolder implements AutoCloseable {
    private final Path folder;
    private final FileChannel lock;

    private DataFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * @throws StartRefused when it cannot be written or another server holds it
     */
    static DataFolder hold(Path folder) throws StartRefused {
        try {
            prepare(folder);
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
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

    Path database() {
        return databaseIn(folder);
    }

    static Path databaseIn(Path folder) {
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
