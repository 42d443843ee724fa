package postern.testkit.program;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One running copy of the packaged program. {@link #close} kills it and every descendant that was
 * ever seen, and removes the folder if this object made it.
 */
public final class PosternProcess implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Process process;
    private final Path folder;
    private final boolean ownsFolder;
    private final Captured stdout;
    private final Captured stderr;
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
    private URI url = URI.create("http://127.0.0.1:0");

    private PosternProcess(Process process, Path folder, boolean ownsFolder) {
        this.process = process;
        this.folder = folder;
        this.ownsFolder = ownsFolder;
        stdout = new Captured("postern-stdout", process.getInputStream());
        stderr = new Captured("postern-stderr", process.getErrorStream());
    }

    /**
     * How to start.
     *
     * @param program the executable
     * @param arguments after it
     * @param environment added to PATH, HOME, JAVA_HOME and a free loopback port; nothing else is
     *     inherited
     * @param folder working directory, kept afterwards; empty: a temporary one
     * @param patience how long it may take to get ready
     */
    public record Settings(
            Path program,
            List<String> arguments,
            Map<String, String> environment,
            Optional<Path> folder,
            Readiness readiness,
            Duration patience) {
        public Settings {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }

        /** The packaged program with its defaults. */
        public static Settings standard() {
            return new Settings(
                    packagedProgram(),
                    List.of(),
                    Map.of(),
                    Optional.empty(),
                    Readiness.firstAddressWithReadyz(),
                    Duration.ofSeconds(30));
        }

        public Settings withProgram(Path value) {
            return new Settings(value, arguments, environment, folder, readiness, patience);
        }

        public Settings withArguments(String... values) {
            return new Settings(program, List.of(values), environment, folder, readiness, patience);
        }

        /** Adds variables to those that are set already. */
        public Settings withEnvironment(Map<String, String> more) {
            var all = new LinkedHashMap<>(environment);
            all.putAll(more);
            return new Settings(program, arguments, all, folder, readiness, patience);
        }

        public Settings withFolder(Path value) {
            return new Settings(
                    program, arguments, environment, Optional.of(value), readiness, patience);
        }

        public Settings withReadiness(Readiness value) {
            return new Settings(program, arguments, environment, folder, value, patience);
        }

        public Settings withPatience(Duration value) {
            return new Settings(program, arguments, environment, folder, readiness, value);
        }
    }

    /**
     * {@code bin/postern} below the system property {@code postern.dist} or the variable
     * POSTERN_DIST, otherwise below {@code dist} in the working directory or its parent.
     */
    public static Path packagedProgram() {
        String named = System.getProperty("postern.dist", System.getenv("POSTERN_DIST"));
        if (named != null) {
            return Path.of(named, "bin", "postern").toAbsolutePath();
        }
        Path here = Path.of("dist", "bin", "postern");
        return (Files.exists(here) ? here : Path.of("..").resolve(here)).toAbsolutePath();
    }

    /**
     * Starts and waits until the program is ready.
     *
     * @throws IOException it exited or was not ready in time; the text holds all it wrote
     */
    public static PosternProcess start(Settings settings) throws IOException, InterruptedException {
        PosternProcess started = launch(settings);
        try {
            started.awaitReady(settings);
            return started;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            started.close();
            throw failed;
        }
    }

    /** Starts without waiting: for starts that are meant to fail. */
    public static PosternProcess launch(Settings settings) throws IOException {
        Path folder =
                settings.folder().isPresent()
                        ? settings.folder().get()
                        : Files.createTempDirectory("postern-process-");
        var command = new java.util.ArrayList<String>(List.of(settings.program().toString()));
        command.addAll(settings.arguments());
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("HOME", folder.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("POSTERN_LISTEN", "127.0.0.1:0");
        environment.putAll(settings.environment());
        return new PosternProcess(builder.start(), folder, settings.folder().isEmpty());
    }

    private void awaitReady(Settings settings) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + settings.patience().toNanos();
        Optional<URI> address = Optional.empty();
        while (address.isEmpty()) {
            boolean exited = process.waitFor(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            if (exited || System.nanoTime() > deadline) {
                String what = exited ? "exited with " + process.exitValue() : "not ready in time";
                throw new IOException(what + "\n" + outputs());
            }
            address = settings.readiness().address(stdout.text(), stderr.text());
        }
        url = address.get();
    }

    /** The base address without trailing slash, from the ready line. */
    public URI url() {
        return url;
    }

    public Path folder() {
        return folder;
    }

    public String stdout() {
        return stdout.text();
    }

    public String stderr() {
        return stderr.text();
    }

    private String outputs() throws InterruptedException {
        if (!process.isAlive()) {
            stdout.join();
            stderr.join();
        }
        return "stdout:\n" + stdout() + "stderr:\n" + stderr();
    }

    /**
     * Writes a line to the program's standard input and waits for the next line of its standard
     * output that begins with {@code prefix}; one question at a time.
     *
     * @return the rest of that line
     * @throws IOException the program is gone or does not answer in time
     */
    public synchronized String ask(String line, String prefix, Duration patience)
            throws IOException {
        int before = answers(prefix).size();
        OutputStream stdin = process.getOutputStream();
        stdin.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
        long deadline = System.nanoTime() + patience.toNanos();
        while (answers(prefix).size() == before) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("no answer to '" + line + "'\n" + stdout() + stderr());
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        return answers(prefix).getLast().substring(prefix.length());
    }

    private List<String> answers(String prefix) {
        return stdout().lines().filter(line -> line.startsWith(prefix)).toList();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Living descendants; they are remembered, so that close also ends those that leave. */
    public List<ProcessHandle> descendants() {
        List<ProcessHandle> living = process.descendants().toList();
        seen.addAll(living);
        return living;
    }

    /** Descendants that were seen once and still live, whoever their parent is now. */
    public Set<ProcessHandle> survivors() {
        return seen.stream().filter(ProcessHandle::isAlive).collect(Collectors.toSet());
    }

    /** SIGTERM. */
    public void terminate() {
        descendants();
        process.destroy();
    }

    /** SIGKILL for the program alone, as a crash: its children are left to it. */
    public void kill() {
        descendants();
        process.destroyForcibly();
    }

    /** The exit status, or nothing if it still runs after {@code patience}. */
    public OptionalInt awaitExit(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return OptionalInt.empty();
        }
        stdout.join();
        stderr.join();
        return OptionalInt.of(process.exitValue());
    }

    @Override
    public void close() throws IOException {
        descendants();
        process.destroyForcibly();
        seen.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (ownsFolder && Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
