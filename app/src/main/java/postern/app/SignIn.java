package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Admissions;
import postern.access.Grants;
import postern.access.UpstreamAccess;
import postern.app.config.Configuration;
import postern.core.Undo;
import postern.forge.AdmittedUpstream;
import postern.forge.ForgejoConfig;
import postern.forge.ForgejoMeans;
import postern.forge.ForgejoUpstream;
import postern.forge.Upstream;
import postern.forge.local.AdmittedPeople;
import postern.forge.local.LocalUpstream;
import postern.forge.oidc.OidcConfig;
import postern.forge.oidc.OidcUpstream;
import postern.forge.relay.Relay;
import postern.forge.relay.RelayConfig;
import postern.forge.relay.RelayMeans;
import postern.http.Cookies;
import postern.http.PageKit;
import postern.store.Database;
import postern.vault.Vault;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Where people sign in: the configured Forgejo or OpenID Connect provider, or the built-in sign-in.
 *
 * @param local present when it is the built-in one
 */
record SignIn(Upstream upstream, UpstreamAccess access, Optional<LocalUpstream> local) {
    private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);
    private static final String FALLBACK_NAME = "owner";

    /** What both kinds need. */
    record Parts(
            Clocks clocks,
            Database database,
            Vault vault,
            Grants grants,
            PageKit pages,
            Cookies cookies,
            URI publicUrl) {}

    /**
     * @throws StartRefused the scopes are not ones that Forgejo knows
     */
    static SignIn of(Configuration configuration, Parts parts, Undo undo) throws StartRefused {
        var admissions = new Admissions(configuration.admission(), parts.clocks.ticker());
        SignIn open = at(configuration, parts, admissions, undo);
        var admitted =
                new AdmittedUpstream(
                        open.upstream,
                        admissions,
                        parts.database,
                        parts.grants,
                        parts.clocks.instants());
        return new SignIn(admitted, open.access, open.local);
    }

    private static SignIn at(
            Configuration configuration, Parts parts, Admissions admissions, Undo undo)
            throws StartRefused {
        if (configuration.forgejo().isPresent()) {
            return forgejo(configuration.forgejo().get(), parts, admissions, undo);
        }
        if (configuration.oidc().isPresent()) return oidc(configuration.oidc().get(), parts, undo);
        return builtIn(parts, admissions);
    }

    private static SignIn oidc(Configuration.Oidc provider, Parts parts, Undo undo) {
        var config =
                new OidcConfig(
                        provider.issuer(),
                        provider.name(),
                        provider.clientId(),
                        provider.clientSecret(),
                        provider.scopes(),
                        parts.publicUrl.resolve("/oauth/callback"),
                        OidcConfig.STANDARD_TIMEOUT);
        Clocks clocks = parts.clocks;
        var upstream = undo.own(new OidcUpstream(config, clocks.instants(), clocks.ticker()));
        upstream.lookAhead();
        return new SignIn(upstream, upstream, Optional.empty());
    }

    private static SignIn builtIn(Parts parts, Admissions admissions) {
        Clocks clocks = parts.clocks;
        var local =
                new LocalUpstream(
                        parts.database,
                        parts.vault,
                        clocks.instants(),
                        clocks.ticker(),
                        clocks.random(),
                        parts.pages,
                        parts.cookies,
                        parts.publicUrl);
        var access =
                new AdmittedPeople(
                        local, admissions, parts.database, parts.grants, clocks.instants());
        int ended = access.endOthers();
        if (ended > 0) LOG.atInfo().addKeyValue("grants", ended).log("app.not-allowed-any-more");
        return new SignIn(local, access, Optional.of(local));
    }

    private static SignIn forgejo(
            Configuration.Forgejo forge, Parts parts, Admissions admissions, Undo undo)
            throws StartRefused {
        Clocks clocks = parts.clocks;
        ForgejoConfig config;
        try {
            config =
                    new ForgejoConfig(
                            forge.url(),
                            forge.internalUrl(),
                            forge.clientId(),
                            forge.clientSecret(),
                            forge.scopes(),
                            parts.publicUrl.resolve("/oauth/callback"),
                            ForgejoConfig.STANDARD_TIMEOUT);
        } catch (IllegalArgumentException refused) {
            throw new StartRefused("POSTERN_FORGEJO_SCOPES: " + refused.getMessage(), refused);
        }
        var relayConfig =
                RelayConfig.standard(config.publicUrl(), config.apiUrl())
                        .withAllowed(forge.relayAllows());
        var relayMeans =
                new RelayMeans(
                        clocks.random(),
                        clocks.instants(),
                        clocks.ticker(),
                        new RelayCallLog(clocks.ticker()));
        Relay relay = undo.own(Relay.start(relayConfig, relayMeans));
        var upstream =
                undo.own(
                        new ForgejoUpstream(
                                config,
                                new ForgejoMeans(
                                        parts.database,
                                        parts.grants,
                                        relay,
                                        admissions,
                                        clocks.instants(),
                                        clocks.ticker())));
        return new SignIn(upstream, upstream, Optional.empty());
    }

    /**
     * The name that the first code of the built-in sign-in is made for: who started the program.
     */
    static String firstName() {
        String name = System.getProperty("user.name", FALLBACK_NAME).toLowerCase(Locale.ROOT);
        String allowed = name.replaceAll("[^a-z0-9-]", "-").replaceAll("^[^a-z]+", "");
        if (allowed.isEmpty()) return FALLBACK_NAME;
        return allowed.substring(0, Math.min(32, allowed.length()));
    }

    static Duration codeLife() {
        return Duration.ofMinutes(15);
    }
}
