package postern.e2e.controlled;

import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gives orders to a {@link ControlledServer} that runs as a process on the packaged jars. */
public final class ServerControl {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** In the environment of the program: how many seconds it begins ahead of the system's time. */
    public static final String AHEAD = ControlledServer.AHEAD;

    private final PosternProcess process;

    public ServerControl(PosternProcess process) {
        this.process = process;
    }

    /** How to start it, on the jars and the runtime of the packaged program. */
    public static PosternProcess.Settings settings() {
        Path home = PosternProcess.packagedProgram().getParent().getParent();
        return PosternProcess.Settings.standard()
                .withProgram(home.resolve("runtime/bin/java"))
                .withArguments(arguments(home).toArray(String[]::new))
                .withReadiness(Readiness.readyLine());
    }

    private static List<String> arguments(Path home) {
        var arguments = new ArrayList<String>();
        arguments.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        arguments.add("--enable-native-access=ALL-UNNAMED");
        arguments.add("--sun-misc-unsafe-memory-access=allow");
        arguments.add("-Dpostern.home=" + home);
        arguments.add("-Dorg.jboss.logging.provider=slf4j");
        arguments.add("-Dorg.sqlite.lib.path=" + home.resolve("native"));
        arguments.add("-Dorg.sqlite.lib.name=libsqlitejdbc.so");
        arguments.add("-cp");
        arguments.add(home.resolve("lib") + "/*:" + classes());
        arguments.add(ControlledServer.class.getName());
        return arguments;
    }

    private static String classes() {
        return ControlledServer.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    /** Time passes, for the wall clock and for what is waited for. */
    public void advance(Duration passed) throws IOException {
        order("advance " + passed.toSeconds());
    }

    /** The wall clock is set; a negative duration sets it back. */
    public void jump(Duration by) throws IOException {
        order("jump " + by.toSeconds());
    }

    /** The process will be gone before step {@code step} from now, counted from 1. */
    public void haltAt(int step) throws IOException {
        order("halt " + step);
    }

    /** Step {@code step} from now, counted from 1, will fail as on a full disk. */
    public void failAt(int step) throws IOException {
        order("fail " + step);
    }

    public void countSteps() throws IOException {
        order("count");
    }

    /** The steps since the last order about them; nothing happens any more. */
    public List<String> steps() throws IOException {
        return List.of(order("steps").split(" \\| "));
    }

    private String order(String line) throws IOException {
        return process.ask(line, "answer ", PATIENCE);
    }
}
