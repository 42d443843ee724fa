package postern.cli.setup;

import postern.app.Addresses;
import postern.app.Clocks;
import postern.app.LogSetup;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.cli.doctor.Examination;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code postern setup}: from an address and the operator's credentials to a file of settings. */
public final class SetupCommand {
    private static final String USAGE_TEXT =
            """
            usage: postern setup [--forgejo-url URL] [--public-url URL] [--forgejo-internal-url URL]
                                 [--name NAME] [--env-file FILE] [--force]
                                 [--token-file FILE | --token-stdin]
                                 [--user LOGIN [--password-file FILE | --password-stdin]]
                   postern setup --check [--env-file FILE]
            what is left out is asked for on a terminal
            """;

    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NOT_MADE_YET = "not-made-yet";
    private static final String CLIENT_ID = "POSTERN_FORGEJO_CLIENT_ID";
    private static final String CLIENT_SECRET = "POSTERN_FORGEJO_CLIENT_SECRET";

    private final Map<String, String> environment;
    private final List<String> arguments;
    private final Clocks clocks;
    private final Terminal terminal;
    private final InputStream stdin;
    private final Consumer<String> out;
    private final Duration patience;

    /**
     * @param stdin read only when the arguments say so
     * @param out takes each line when its step is done
     */
    public SetupCommand(
            Map<String, String> environment,
            List<String> arguments,
            Clocks clocks,
            Terminal terminal,
            InputStream stdin,
            Consumer<String> out) {
        this(environment, arguments, clocks, terminal, stdin, out, PATIENCE);
    }

    /**
     * @param patience for each request to the forge
     */
    SetupCommand(
            Map<String, String> environment,
            List<String> arguments,
            Clocks clocks,
            Terminal terminal,
            InputStream stdin,
            Consumer<String> out,
            Duration patience) {
        this.patience = patience;
        this.environment = environment;
        this.arguments = arguments;
        this.clocks = clocks;
        this.terminal = terminal;
        this.stdin = stdin;
        this.out = out;
    }

    /**
     * @return exit status
     */
    public int run() throws ConfigurationRefused, StartRefused {
        LogSetup.beSilent();
        try {
            SetupArguments parsed = SetupArguments.parse(arguments);
            return parsed.check() ? check(parsed) : make(parsed);
        } catch (SetupArguments.UnknownFlag unknown) {
            System.err.print(USAGE_TEXT);
            return USAGE;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartRefused("interrupted", interrupted);
        }
    }

    private int check(SetupArguments parsed)
            throws ConfigurationRefused, StartRefused, InterruptedException {
        Map<String, String> variables = withoutCredentials();
        boolean isThere = Files.exists(parsed.envFile());
        if (isThere) variables.putAll(EnvFile.read(parsed.envFile()));
        out.accept(
                isThere
                        ? "settings from " + parsed.envFile().toAbsolutePath().normalize()
                        : "settings from the environment: there is no file " + parsed.envFile());
        Configuration configuration =
                ConfigurationReader.read(variables, parsed.settings()).configuration();
        if (configuration.forgejo().isEmpty()) {
            throw new StartRefused("no Forgejo is set: run 'postern setup' first");
        }
        var examination = new Examination(configuration, variables, clocks, patience, out);
        return examination.lookAtForge() == 0 ? 0 : FAILED;
    }

    private int make(SetupArguments parsed) throws ConfigurationRefused, StartRefused {
        Configuration configuration = withoutApplication(parsed);
        URI publicUrl = Addresses.of(configuration).publicUrl();
        Configuration.Forgejo forge = configuration.forgejo().orElseThrow();
        for (URI held : List.of(publicUrl, forge.url(), forge.internalUrl())) {
            if (!EnvFile.canHold(held.toString())) {
                throw new StartRefused(
                        "an address has characters that a settings file cannot hold");
            }
        }
        try (EnvFile file = EnvFile.reserve(parsed.envFile(), parsed.force())) {
            var registration =
                    new Registration(
                            forge, publicUrl.resolve("/oauth/callback"), patience, clocks, out);
            registration.refuseUnfit();
            var credentials = new CredentialsSource(parsed, environment, stdin, terminal).find();
            String name = parsed.name().orElse("postern");
            registration.make(
                    credentials, name, terminal, parsed.name().isEmpty(), file, publicUrl);
            return 0;
        }
    }

    /** All settings but those of the application, which is made later. */
    private Configuration withoutApplication(SetupArguments parsed)
            throws ConfigurationRefused, StartRefused {
        Map<String, String> variables = withoutCredentials();
        variables.keySet().removeAll(List.of(CLIENT_ID + "_FILE", CLIENT_SECRET + "_FILE"));
        variables.put(CLIENT_ID, NOT_MADE_YET);
        variables.put(CLIENT_SECRET, NOT_MADE_YET);
        List<String> flags = new ArrayList<>(parsed.settings());
        ask(
                "POSTERN_FORGEJO_URL",
                "--forgejo-url",
                "Address of the Forgejo (https://git.example.org):",
                flags,
                variables);
        ask(
                "POSTERN_PUBLIC_URL",
                "--public-url",
                "Address that this server will have (https://mcp.example.org):",
                flags,
                variables);
        Configuration configuration = ConfigurationReader.read(variables, flags).configuration();
        if (configuration.publicUrl().isEmpty()) {
            throw new StartRefused(
                    "the address that this server will have is missing: for example --public-url"
                            + " https://mcp.example.org");
        }
        return configuration;
    }

    private void ask(
            String variable,
            String flag,
            String question,
            List<String> flags,
            Map<String, String> variables) {
        boolean known =
                flags.contains(flag)
                        || !variables.getOrDefault(variable, "").isEmpty()
                        || !variables.getOrDefault(variable + "_FILE", "").isEmpty();
        if (known) return;
        terminal.ask(question).ifPresent(answer -> flags.addAll(List.of(flag, answer)));
    }

    private Map<String, String> withoutCredentials() {
        Map<String, String> variables = new HashMap<>(environment);
        variables
                .keySet()
                .removeAll(
                        List.of(
                                CredentialsSource.TOKEN_VARIABLE,
                                CredentialsSource.PASSWORD_VARIABLE));
        return variables;
    }
}
