package postern.cli.doctor;

import postern.app.Addresses;
import postern.app.Clocks;
import postern.app.ServerCatalogue;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.bridge.ServerDefinition;
import postern.bridge.ServerDefinitions;
import postern.forge.admin.ForgeVersion;
import postern.forge.oidc.OidcConfig;
import postern.forge.oidc.ProviderReport;
import postern.supervisor.Supervisor;
import postern.supervisor.SupervisorConfig;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All checks on one configuration. */
public final class Examination {
    /** Where the forge does not tell its own. */
    private static final String USUAL_VERSION = "15.0.0+gitea-1.22.0";

    private final Configuration configuration;
    private final Map<String, String> environment;
    private final Clocks clocks;
    private final Duration patience;
    private final Consumer<String> out;
    private int failures;

    /**
     * @param patience for each request to the forge, and for the first answers of each server
     */
    public Examination(
            Configuration configuration,
            Map<String, String> environment,
            Clocks clocks,
            Duration patience,
            Consumer<String> out) {
        this.configuration = configuration;
        this.environment = environment;
        this.clocks = clocks;
        this.patience = patience;
        this.out = out;
    }

    /**
     * The forge and our registration there, or the provider in its place.
     *
     * @return its version, if it tells one
     */
    Optional<ForgeVersion> forge() throws StartRefused, InterruptedException {
        if (configuration.oidc().isPresent()) {
            provider(configuration.oidc().get());
            return Optional.empty();
        }
        if (configuration.forgejo().isEmpty()) {
            say(
                    new Line(
                            "forge",
                            Finding.skip(
                                    "people sign in here with single-use codes; for a Forgejo, run"
                                            + " 'postern setup'")));
            return Optional.empty();
        }
        URI callback = Addresses.of(configuration).publicUrl().resolve("/oauth/callback");
        ForgeSeen seen =
                ForgeSeen.look(
                        configuration.forgejo().get(), callback, patience, clocks.instants());
        for (ForgeCheck check : ForgeChecks.ALL) say(check.line(seen));
        return seen.release();
    }

    private void provider(Configuration.Oidc settings) throws StartRefused {
        URI callback = Addresses.of(configuration).publicUrl().resolve("/oauth/callback");
        var config =
                new OidcConfig(
                        settings.issuer(),
                        settings.name(),
                        settings.clientId(),
                        settings.clientSecret(),
                        settings.scopes(),
                        callback,
                        patience);
        ProviderReport seen = ProviderReport.look(config, clocks.instants());
        ProviderChecks.lines(settings.issuer(), seen).forEach(this::say);
    }

    /** The MCP servers that are offered. */
    void servers(Optional<ForgeVersion> forge) throws InterruptedException {
        ServerDefinitions servers;
        try {
            servers = ServerCatalogue.load(configuration);
        } catch (StartRefused refused) {
            say(new Line("servers file", Finding.fail(refused.getMessage())));
            return;
        }
        try (var standIn =
                new VersionAnswerer(forge.map(ForgeVersion::text).orElse(USUAL_VERSION))) {
            Optional<URI> relay = configuration.forgejo().map(present -> standIn.address());
            tryAll(servers, new DummyLease(relay));
        } catch (IOException failed) {
            say(
                    new Line(
                            "servers",
                            Finding.fail(
                                    "cannot be tried: no temporary folder or no loopback port")));
        }
    }

    private void tryAll(ServerDefinitions servers, DummyLease lease)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-doctor-");
        var standard = SupervisorConfig.standard(folder, "doctor-" + ProcessHandle.current().pid());
        String path = environment.getOrDefault("PATH", "");
        try (var supervisor =
                new Supervisor(
                        path.isBlank() ? standard : standard.withPath(path),
                        clocks.ticker(),
                        clocks.instants())) {
            var checks = new ServerChecks(supervisor, clocks, patience);
            List<ServerDefinition> all =
                    servers.all().stream()
                            .sorted(Comparator.comparing(ServerDefinition::name))
                            .toList();
            for (ServerDefinition server : all) checks.look(server, lease).forEach(this::say);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void say(Line line) {
        if (line.finding().verdict() == Verdict.FAIL) failures++;
        out.accept(line.toString());
    }

    /** Looks at the forge only. */
    public int lookAtForge() throws StartRefused, InterruptedException {
        forge();
        return failures;
    }

    /**
     * @return how many checks failed
     */
    public int lookAtAll() throws StartRefused, InterruptedException {
        servers(forge());
        return failures;
    }
}
