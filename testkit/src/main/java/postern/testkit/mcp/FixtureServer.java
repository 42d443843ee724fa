package postern.testkit.mcp;

import postern.testkit.program.JavaProgram;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A stdio MCP server for tests. It reads lines from standard input and answers each request on a
 * thread of its own; tools that fail, wait or lie are in {@link FixtureTools}, bad habits of the
 * whole process in {@link FixtureMode}.
 *
 * <p>Flags: {@code --mode NAME} (repeatable), {@code --identity-env NAME} (repeatable: variables
 * that {@code whoami} reads), {@code --name NAME} (of the server, default {@code fixture}), {@code
 * --advertise NAME,NAME} (more tools, each of which makes the request at the forge that its
 * arguments name).
 */
public final class FixtureServer {
    private FixtureServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Set<FixtureMode> modes = EnumSet.noneOf(FixtureMode.class);
        var identityVariables = new ArrayList<String>();
        String name = "fixture";
        List<String> advertised = List.of();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--mode" -> modes.add(FixtureMode.named(value));
                case "--identity-env" -> identityVariables.add(value);
                case "--name" -> name = value;
                case "--advertise" -> advertised = List.of(value.split(","));
                default -> throw new IllegalArgumentException("unknown flag " + arguments[i]);
            }
        }
        if (modes.contains(FixtureMode.EXITS_AT_START)) {
            System.err.println("fixture: exits at start, as asked");
            System.exit(3);
        }
        if (modes.contains(FixtureMode.IGNORES_SIGTERM)) {
            ignoreSigterm();
        }
        var wire = new FixtureWire(System.out, modes);
        var tools = new FixtureTools(wire, identityVariables, advertised);
        new FixtureLoop(wire, modes, name, tools).run(System.in);
        if (modes.contains(FixtureMode.IGNORES_STDIN_END)) {
            new CountDownLatch(1).await();
        }
        // Past the hook of IGNORES_SIGTERM and past threads that still work on an answer.
        Runtime.getRuntime().halt(0);
    }

    /** The JDK ends a process only when its hooks have ended; this one never does. */
    private static void ignoreSigterm() {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            boolean forever = true;
                            while (forever) {
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException ignored) {
                                    forever = true;
                                }
                            }
                        }));
    }

    /** The command line that starts this server with the running JDK and class path. */
    public static List<String> command(String... arguments) {
        return JavaProgram.command(FixtureServer.class, arguments);
    }

    /** {@link #command(String...)} with these modes. */
    public static List<String> commandInMode(FixtureMode... modes) {
        var arguments = new ArrayList<String>();
        for (FixtureMode mode : modes) {
            arguments.add("--mode");
            arguments.add(mode.flag());
        }
        return command(arguments.toArray(String[]::new));
    }
}
