package postern.cli;

import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationReader.Effective;
import postern.app.config.ConfigurationRefused;
import postern.app.config.Reference;

import java.util.List;
import java.util.Map;

/** {@code postern config} and {@code postern config reference}. */
public final class ConfigCommand {
    private final Map<String, String> environment;
    private final List<String> arguments;

    public ConfigCommand(Map<String, String> environment, List<String> arguments) {
        this.environment = environment;
        this.arguments = arguments;
    }

    /**
     * @return exit status
     */
    public int run() throws ConfigurationRefused {
        if (arguments.equals(List.of("reference"))) {
            System.out.print(Reference.markdown());
            return 0;
        }
        for (Effective setting : ConfigurationReader.read(environment, arguments).effective()) {
            System.out.printf(
                    "%-32s %s  [%s]%n", setting.name(), setting.value(), setting.source());
        }
        return 0;
    }
}
