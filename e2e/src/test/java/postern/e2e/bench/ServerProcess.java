package postern.e2e.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server under measurement, with its output in a file. Closing it kills it. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("(?m)^.*ready.*?127\\.0\\.0\\.1:([0-9]+)");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int MICROS_PER_TICK = 10_000; // USER_HZ is 100 on Linux
    private static final int USER_TICKS = 11; // fields behind the name, proc_pid_stat(5)

    private final String name;
    private final Process process;
    private final Path output;
    private final Path errors;
    private final int port;

    private ServerProcess(String name, Process process, Path output, Path errors, int port) {
        this.name = name;
        this.process = process;
        this.output = output;
        this.errors = errors;
        this.port = port;
    }

    /** Starts and waits for the line that names the port. */
    static ServerProcess start(
            String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("bench-" + name, ".log");
        Path errors = Files.createTempFile("bench-" + name, ".err");
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("POSTERN_"));
        builder.environment().putAll(environment);
        Process process =
                builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            Matcher ready = READY.matcher(Files.readString(output, UTF_8));
            if (ready.find()) {
                return new ServerProcess(
                        name, process, output, errors, Integer.parseInt(ready.group(1)));
            }
            boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
            if (ended || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException(name + " did not start");
            }
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Processor time of the process since its start, children not counted. */
    long cpuMicros() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
        return ticks * MICROS_PER_TICK;
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
    }
}
