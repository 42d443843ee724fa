package postern.supervisor;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A child's private directory: its working directory, HOME and TMPDIR. Gone after it. */
record WorkDirectory(Path path) implements AutoCloseable {
    private static final Set<PosixFilePermission> ONLY_OURS =
            PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(ONLY_OURS);

    static void prepare(Path runDirectory) throws IOException {
        if (!Files.isDirectory(runDirectory)) Files.createDirectories(runDirectory, PRIVATE);
    }

    static WorkDirectory create(Path runDirectory, ChildId id) throws IOException {
        return new WorkDirectory(Files.createDirectory(runDirectory.resolve(id.value()), PRIVATE));
    }

    /** Removes it with all that is in it; follows no link. */
    @Override
    public void close() throws IOException {
        try {
            Files.walkFileTree(path, new Remover());
        } catch (NoSuchFileException gone) {
            // A child may remove its own directory.
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        /** A folder that the child closed against writing could not be emptied. */
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            if (!Files.isWritable(folder)) Files.setPosixFilePermissions(folder, ONLY_OURS);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        /** A folder that the child had closed against reading is opened, and tried once more. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
            if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) throw failure;
            Files.setPosixFilePermissions(file, ONLY_OURS);
            Files.walkFileTree(file, new Remover());
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                throws IOException {
            if (failure != null) throw failure;
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
