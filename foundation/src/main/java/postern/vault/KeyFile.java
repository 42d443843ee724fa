package postern.vault;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The key file as commands change it: at every moment it is the old or the new one as a whole. */
public final class KeyFile {
    private final Path file;

    public KeyFile(Path file) {
        this.file = file;
    }

    public Path path() {
        return file;
    }

    /**
     * @throws KeyRefused as {@link MasterKeys#read}
     */
    public MasterKeys read() throws KeyRefused {
        return MasterKeys.read(file);
    }

    /**
     * Puts {@code keys} in place of what the file holds, with its owner and for nobody else, on
     * disk when this returns. For one process at a time.
     *
     * @throws KeyRefused the file is as it was
     */
    public void replace(MasterKeys keys) throws KeyRefused {
        try {
            Path real = file.toRealPath();
            Path folder = real.getParent();
            Path fresh = folder.resolve(real.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, ownerOnly());
            try {
                Files.write(
                        fresh,
                        keys.text().use(byte[]::clone),
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SYNC);
                keepOwner(real, fresh);
                Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
            flush(folder);
        } catch (IOException failure) {
            throw new KeyRefused(
                    "the key file cannot be replaced, it is as it was: "
                            + file
                            + " (run this as"
                            + " the user that the server runs as)");
        }
    }

    private static java.nio.file.attribute.FileAttribute<?> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    /** An administrator who runs a command must not take the file away from the server. */
    private static void keepOwner(Path from, Path to) throws IOException {
        var theirs = Files.readAttributes(from, PosixFileAttributes.class);
        var ours = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (!ours.readAttributes().group().equals(theirs.group())) ours.setGroup(theirs.group());
        if (!ours.getOwner().equals(theirs.owner())) ours.setOwner(theirs.owner());
    }

    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
