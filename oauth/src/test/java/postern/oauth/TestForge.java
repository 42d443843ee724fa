package postern.oauth;

import postern.access.AdmissionRule;
import postern.access.Admissions;
import postern.core.Secret;
import postern.forge.ForgejoConfig;
import postern.forge.ForgejoMeans;
import postern.forge.ForgejoUpstream;
import postern.forge.Upstream;
import postern.forge.relay.Relay;
import postern.forge.relay.RelayConfig;
import postern.forge.relay.RelayListener;
import postern.forge.relay.RelayMeans;
import postern.http.Routes;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A Forgejo double with two people, and our real client of it. */
final class TestForge implements AutoCloseable {
    static final String PASSWORD = "correct horse";

    final ForgejoDouble forgejo;
    private final String scopes;
    private Optional<Relay> relay = Optional.empty();
    private Optional<ForgejoUpstream> upstream = Optional.empty();

    private TestForge(ForgejoDouble forgejo, String scopes) {
        this.forgejo = forgejo;
        this.scopes = scopes;
        forgejo.addUser("ada", PASSWORD);
        forgejo.addUser("eve", PASSWORD);
    }

    static TestForge start(String scopes) throws IOException {
        return new TestForge(ForgejoDouble.start(ForgejoDoubleOptions.standard()), scopes);
    }

    Upstream upstream(Parts parts, Routes.Builder routes) {
        URI callback = URI.create(parts.config().url("/oauth/callback"));
        DoubleApp app = forgejo.registerApp("postern", List.of(callback.toString()), true);
        var config =
                new ForgejoConfig(
                        forgejo.rootUrl(),
                        forgejo.address(),
                        app.clientId(),
                        Secret.ofUtf8(app.clientSecret()),
                        scopes,
                        callback,
                        Duration.ofSeconds(10));
        relay =
                Optional.of(
                        Relay.start(
                                RelayConfig.standard(config.publicUrl(), config.apiUrl()),
                                new RelayMeans(
                                        parts.random(),
                                        parts.clock(),
                                        parts.clock().ticker(),
                                        RelayListener.none())));
        var made =
                new ForgejoUpstream(
                        config,
                        new ForgejoMeans(
                                parts.database(),
                                parts.grants(),
                                relay.get(),
                                new Admissions(AdmissionRule.EVERYBODY, parts.clock().ticker()),
                                parts.clock(),
                                parts.clock().ticker()));
        upstream = Optional.of(made);
        return made;
    }

    @Override
    public void close() {
        upstream.ifPresent(ForgejoUpstream::close);
        relay.ifPresent(Relay::close);
        forgejo.close();
    }
}
