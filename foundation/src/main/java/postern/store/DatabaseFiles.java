package postern.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** A database is up to four files; what commands do with them as files. */
final class DatabaseFiles {
    private DatabaseFiles() {}

    static Path wal(Path file) {
        return beside(file, "-wal");
    }

    static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /** A new, empty file that only its owner can use. */
    static void create(Path file) throws IOException {
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** The file and what SQLite left beside it. */
    static void delete(Path file) throws IOException {
        for (String ending : new String[] {"-wal", "-shm", "-journal", ""}) {
            Files.deleteIfExists(beside(file, ending));
        }
    }

    /** Contents of a file, or the names in a folder, are on disk when this returns. */
    static void flush(Path path) throws IOException {
        StandardOpenOption mode =
                Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }

    /** An administrator who runs a command must not take the data away from the server. */
    static void keepOwner(Path from, Path to) throws IOException {
        var theirs = Files.readAttributes(from, PosixFileAttributes.class);
        var ours = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (!ours.readAttributes().group().equals(theirs.group())) ours.setGroup(theirs.group());
        if (!ours.getOwner().equals(theirs.owner())) ours.setOwner(theirs.owner());
    }
}
