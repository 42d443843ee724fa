package postern.forge.oidc;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.HandClock;
import postern.forge.SignInAnswer;
import postern.forge.SignInRequest;
import postern.forge.SignedIn;
import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.oidc.OidcDouble;
import postern.testkit.oidc.OidcDoubleOptions;
import postern.testkit.oidc.OidcPerson;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A provider and the upstream that talks to it; Ada has an account. */
final class OidcBench implements AutoCloseable {
    static final URI CALLBACK = URI.create("http://127.0.0.1:8443/oauth/callback");
    static final OidcPerson ADA = OidcPerson.of("sub-of-ada", "ada", "staff", "admins");

    final HandClock clock = new HandClock();
    final OidcDouble provider;
    OidcUpstream upstream;
    private int trips;

    OidcBench() throws IOException {
        this(options -> options);
    }

    OidcBench(UnaryOperator<OidcDoubleOptions> changes) throws IOException {
        provider = OidcDouble.start(changes.apply(OidcDoubleOptions.standard().withClock(clock)));
        provider.add(ADA);
        upstream = upstream(OidcDouble.CLIENT_SECRET);
    }

    OidcUpstream upstream(String secret) {
        return new OidcUpstream(config(provider.issuer(), secret), clock, clock);
    }

    static OidcConfig config(String issuer, String secret) {
        return config(issuer, secret, Duration.ofSeconds(20));
    }

    private static OidcConfig config(String issuer, String secret, Duration timeout) {
        return new OidcConfig(
                issuer,
                Optional.empty(),
                OidcDouble.CLIENT_ID,
                Secret.ofUtf8(secret),
                "openid profile",
                CALLBACK,
                timeout);
    }

    /** As {@link #forgetProvider}, for a provider that will not answer. */
    void forgetProviderAndHurry() {
        upstream.close();
        var hurried = config(provider.issuer(), OidcDouble.CLIENT_SECRET, Duration.ofSeconds(1));
        upstream = new OidcUpstream(hurried, clock, clock);
    }

    /** As after a restart: nothing of the provider is known. */
    void forgetProvider() {
        upstream.close();
        upstream = upstream(OidcDouble.CLIENT_SECRET);
    }

    SignInRequest trip() {
        trips++;
        return new SignInRequest(
                "state-" + trips,
                Secret.ofUtf8("verifier-of-at-least-43-characters-number-" + trips));
    }

    /** Walks a fresh browser through the provider's form. */
    SignInAnswer answer(SignInRequest trip) throws IOException, UpstreamUnavailable {
        return answer(trip, ADA.username().orElseThrow());
    }

    SignInAnswer answer(SignInRequest trip, String name) throws IOException, UpstreamUnavailable {
        try (Browser browser = Browser.open()) {
            Page form = browser.get(upstream.signInUri(trip));
            Page sent = browser.submit(form.form(), Map.of("person", name));
            return answerOf(browser.followTo(sent, CALLBACK.toString()));
        }
    }

    static SignInAnswer answerOf(URI back) {
        Map<String, String> found = new HashMap<>();
        for (String pair : back.getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            found.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return new SignInAnswer(found.get("code"), Optional.ofNullable(found.get("iss")));
    }

    SignedIn signIn() throws IOException, UpstreamRefused, UpstreamUnavailable {
        return signIn("ada");
    }

    SignedIn signIn(String name) throws IOException, UpstreamRefused, UpstreamUnavailable {
        SignInRequest trip = trip();
        return upstream.finish(answer(trip, name), trip);
    }

    @Override
    public void close() {
        upstream.close();
        provider.close();
    }
}
