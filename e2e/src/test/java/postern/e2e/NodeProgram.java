package postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One program of {@code e2e/clients}, run to its end with its output in a file. */
final class NodeProgram {
    /** Where Node programs and their packages are; {@code npm ci} there has to have run. */
    static final Path CLIENTS = clients();

    private NodeProgram() {}

    /**
     * Runs it; its whole output is in the failure if it does not exit with 0 in time.
     *
     * @return what it wrote
     */
    static String run(
            String file, List<String> options, Map<String, String> environment, Duration patience)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("e2e-node-", ".log");
        var command = new ArrayList<String>(List.of("node"));
        command.addAll(options);
        command.add(CLIENTS.resolve(file).toString());
        var builder = new ProcessBuilder(command).directory(CLIENTS.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("POSTERN_"));
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            String text = Files.readString(output, UTF_8);
            if (!ended)
                throw new AssertionError(file + " still runs after " + patience + "\n" + text);
            if (process.exitValue() != 0) {
                throw new AssertionError(
                        file + " exited with " + process.exitValue() + "\n" + text);
            }
            return text;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static Path clients() {
        Path here = Path.of("").toAbsolutePath();
        Path found = here.resolve("e2e/clients");
        return Files.isDirectory(found) ? found : here.resolve("clients");
    }
}
