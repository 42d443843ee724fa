package postern.e2e;

import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/** One command of the packaged program, run to its end. */
record Cli(int status, String stdout, String stderr) {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    static Cli run(Installation installation, String... arguments)
            throws IOException, InterruptedException {
        return run(installation.folder(), installation.environment(), arguments);
    }

    static Cli run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        var settings =
                PosternProcess.Settings.standard()
                        .withArguments(arguments)
                        .withFolder(folder)
                        .withEnvironment(environment);
        try (PosternProcess process = PosternProcess.launch(settings)) {
            OptionalInt status = process.awaitExit(PATIENCE);
            if (status.isEmpty()) throw new IOException("still runs: " + process.stdout());
            return new Cli(status.getAsInt(), process.stdout(), process.stderr());
        }
    }

    /** Standard output of a command that has to succeed. */
    static String ok(Installation installation, String... arguments)
            throws IOException, InterruptedException {
        Cli done = run(installation, arguments);
        if (done.status != 0) throw new AssertionError(done.toString());
        return done.stdout;
    }

    /** The only line of a command that has to be refused. */
    String refusal() {
        boolean fits = status == 1 && stderr.lines().count() == 1 && stderr.startsWith("postern: ");
        if (!fits) throw new AssertionError("no refusal in one line: " + this);
        return stderr.strip();
    }
}
