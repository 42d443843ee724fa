package postern.e2e;

import postern.app.Clocks;
import postern.cli.KeysCommand;
import postern.cli.RestoreCommand;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A command that ends as by kill -9 right after its step number n: no line of code runs on. */
public final class HaltedCommand {
    private static final int KILLED = 137;

    private HaltedCommand() {}

    /**
     * @return the last step that was done; empty when the command came to its end before
     */
    static String run(Installation installation, int step, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HaltedCommand.class.getName(),
                                Integer.toString(step)));
        command.addAll(Arrays.asList(arguments));
        Path output = installation.folder().resolve("halted-output");
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("POSTERN_"));
        builder.environment().putAll(installation.environment());
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("still runs");
        }
        String text = java.nio.file.Files.readString(output);
        if (process.exitValue() == 0) return "";
        if (process.exitValue() != KILLED) throw new AssertionError(text);
        return text.lines().reduce((first, second) -> second).orElse("?");
    }

    public static void main(String[] arguments) throws Exception {
        var left = new AtomicInteger(Integer.parseInt(arguments[0]));
        Consumer<String> steps =
                step -> {
                    System.out.println(step);
                    System.out.flush();
                    if (left.decrementAndGet() == 0) Runtime.getRuntime().halt(KILLED);
                };
        List<String> rest = Arrays.asList(arguments).subList(2, arguments.length);
        Map<String, String> environment = System.getenv();
        int status =
                arguments[1].equals("keys")
                        ? new KeysCommand(environment, rest, Clocks.system(), steps).run()
                        : new RestoreCommand(
                                        environment,
                                        rest,
                                        Clocks.system(),
                                        System.out::println,
                                        steps)
                                .run();
        System.exit(status);
    }
}
