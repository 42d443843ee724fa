package postern.supervisor;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds a program before it is started, so that a missing one is told in words. */
final class ProgramLookup {
    private ProgramLookup() {}

    /**
     * @return {@code command} with its first word as an absolute path; a word with a slash is taken
     *     relative to our own working directory
     * @throws LaunchFailed when there is no such file or it is not executable
     */
    static List<String> resolveFirst(List<String> command, String path) throws LaunchFailed {
        List<String> resolved = new ArrayList<>(command);
        resolved.set(0, find(command.getFirst(), path).toString());
        return resolved;
    }

    private static Path find(String program, String path) throws LaunchFailed {
        try {
            if (program.indexOf('/') >= 0) return checked(program, Path.of(program));
            for (String folder : path.split(":", -1)) {
                if (folder.isEmpty()) continue; // would mean our working directory
                Path candidate = Path.of(folder, program);
                if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    return candidate.toAbsolutePath();
                }
            }
        } catch (InvalidPathException notAPath) {
            throw new LaunchFailed("command not found: " + program, notAPath);
        }
        throw new LaunchFailed("command not found: " + program);
    }

    private static Path checked(String program, Path file) throws LaunchFailed {
        if (!Files.isRegularFile(file)) throw new LaunchFailed("command not found: " + program);
        if (!Files.isExecutable(file)) throw new LaunchFailed("not executable: " + program);
        return file.toAbsolutePath().normalize();
    }
}
