package postern.cli.setup;

import postern.app.StartRefused;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of settings, {@code NAME=value} in each line, that shells, systemd and containers read
 * alike. It is written beside under another name, with mode 0600, and gets its name last.
 */
final class EnvFile implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int MAX_BYTES = 64 * 1024;
    private static final Pattern LINE =
            Pattern.compile("(?:export )?([A-Za-z_][A-Za-z0-9_]*)=(?:'([^']*)'|\"([^\"]*)\"|(.*))");

    /** What means itself to every reader, without quotes. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.~:/@%+,=\\[\\]-]*");

    private final Path file;
    private final Path next;

    private EnvFile(Path file, Path next) {
        this.file = file;
        this.next = next;
    }

    /**
     * Makes sure that the file can be written, before anything is made elsewhere that it has to
     * hold.
     *
     * @throws StartRefused it is there and {@code force} is false, or its folder cannot be written
     */
    static EnvFile reserve(Path named, boolean force) throws StartRefused {
        Path file = named.toAbsolutePath().normalize();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            if (!force) {
                throw new StartRefused(
                        "there is already a file "
                                + file
                                + ": name another with --env-file, or replace it with --force,"
                                + " which keeps a copy");
            }
            if (!Files.isRegularFile(file)) throw new StartRefused("is not a file: " + file);
        }
        try {
            Path next = Files.createTempFile(file.getParent(), ".postern-setup-", ".env", PRIVATE);
            return new EnvFile(file, next);
        } catch (IOException | IllegalArgumentException unwritable) {
            throw new StartRefused("the folder cannot be written: " + file.getParent(), unwritable);
        }
    }

    /** Whether a value can stand in such a file. */
    static boolean canHold(String value) {
        return PLAIN.matcher(value).matches();
    }

    Path file() {
        return file;
    }

    /**
     * @param values each {@link #canHold held}
     * @return where the former file is now
     */
    Optional<Path> write(Map<String, String> values, Instant now) throws IOException {
        var text =
                new StringBuilder(
                        "# Settings of Postern, written by 'postern setup'. It holds a secret.\n");
        values.forEach((name, value) -> {
            if (!canHold(value)) throw new IllegalArgumentException(name);
            text.append(name).append('=').append(value).append('\n');
        });
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        Optional<Path> former = keepFormer(now);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return former;
    }

    private Optional<Path> keepFormer(Instant now) throws IOException {
        if (!Files.exists(file)) return Optional.empty();
        Path kept = file.resolveSibling(file.getFileName() + ".before-" + STAMP.format(now));
        Files.createFile(kept, PRIVATE);
        Files.write(kept, Files.readAllBytes(file));
        return Optional.of(kept);
    }

    /**
     * The values in a file, whoever wrote it.
     *
     * @throws StartRefused it cannot be read
     */
    static Map<String, String> read(Path file) throws StartRefused {
        try {
            if (Files.size(file) > MAX_BYTES) throw new IOException("too large");
            Map<String, String> values = new LinkedHashMap<>();
            for (String line : Files.readAllLines(file)) {
                Matcher matcher = LINE.matcher(line.strip());
                if (!matcher.matches()) continue;
                for (int group = 2; group <= 4; group++) {
                    if (matcher.group(group) != null) {
                        values.put(matcher.group(1), matcher.group(group));
                    }
                }
            }
            return values;
        } catch (IOException | UncheckedIOException unreadable) {
            throw new StartRefused("the file cannot be read: " + file, unreadable);
        }
    }

    /** Leaves nothing beside the file. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(next);
        } catch (IOException kept) {
            // an empty file with a name that tells where it comes from
        }
    }
}
