package postern.cli.doctor;

import postern.app.Clocks;
import postern.app.LogSetup;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.app.config.Problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code postern doctor}: with the settings of the server, what is right and what is not. */
public final class DoctorCommand {
    private static final int FAILED = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final List<String> arguments;
    private final Clocks clocks;
    private final Consumer<String> out;

    /**
     * @param out takes each line when it is known
     */
    public DoctorCommand(
            Map<String, String> environment,
            List<String> arguments,
            Clocks clocks,
            Consumer<String> out) {
        this.environment = environment;
        this.arguments = arguments;
        this.clocks = clocks;
        this.out = out;
    }

    /**
     * @return exit status: 1 when a check failed
     */
    public int run() throws StartRefused {
        LogSetup.beSilent();
        Configuration configuration;
        try {
            configuration = ConfigurationReader.read(environment, arguments).configuration();
        } catch (ConfigurationRefused refused) {
            for (Problem problem : refused.problems()) {
                out.accept(new Line("settings", Finding.fail(problem.toString())).toString());
            }
            return FAILED;
        }
        out.accept(new Line("settings", Finding.pass("can be read")).toString());
        var examination = new Examination(configuration, environment, clocks, PATIENCE, out);
        try {
            int failures = examination.lookAtAll();
            out.accept(failures == 0 ? "nothing to change" : "to change: " + failures);
            return failures == 0 ? 0 : FAILED;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartRefused("interrupted", interrupted);
        }
    }
}
