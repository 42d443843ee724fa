package postern.cli;

import postern.app.Clocks;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.vault.KeyId;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code postern keys status}, {@code keys rotate} and {@code keys retire ID}. */
public final class KeysCommand {
    private static final int USAGE = 2;

    private final Map<String, String> environment;
    private final List<String> arguments;
    private final Clocks clocks;
    private final Consumer<String> out;

    /**
     * @param out takes each line when its step is done
     */
    public KeysCommand(
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
     * @return exit status
     */
    public int run() throws ConfigurationRefused, StartRefused {
        List<String> rest = new ArrayList<>(arguments);
        String what = rest.isEmpty() ? "" : rest.removeFirst();
        return switch (what) {
            case "status" -> status(rest);
            case "rotate" -> rotate(rest);
            case "retire" -> retire(rest);
            default -> usage();
        };
    }

    private int status(List<String> flags) throws ConfigurationRefused, StartRefused {
        try (Operation operation = Operation.looking(read(flags), clocks)) {
            return new KeysStatus(operation, out).run();
        }
    }

    private int rotate(List<String> flags) throws ConfigurationRefused, StartRefused {
        try (Operation operation = Operation.alone(read(flags), clocks)) {
            return new KeysRotate(operation, out).run();
        }
    }

    private int retire(List<String> rest) throws ConfigurationRefused, StartRefused {
        boolean force = rest.remove("--force");
        if (rest.isEmpty() || KeyId.parse(rest.getFirst()).isEmpty()) return usage();
        KeyId id = KeyId.parse(rest.removeFirst()).orElseThrow();
        try (Operation operation = Operation.alone(read(rest), clocks)) {
            return new KeysRetire(operation, out).run(id, force);
        }
    }

    private Configuration read(List<String> flags) throws ConfigurationRefused {
        return ConfigurationReader.read(environment, flags).configuration();
    }

    private static int usage() {
        System.err.println("usage: postern keys status | rotate | retire ID [--force]");
        System.err.println("       ID is one of those that 'postern keys status' prints");
        return USAGE;
    }
}
