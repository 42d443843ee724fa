package postern.forge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import postern.access.AdmissionRule;
import postern.access.Admissions;
import postern.access.Caller;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.core.Secret;
import postern.core.Ticker;
import postern.forge.relay.Relay;
import postern.forge.relay.RelayConfig;
import postern.forge.relay.RelayListener;
import postern.forge.relay.RelayMeans;
import postern.testkit.browser.Browser;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.DoubleUser;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.forgejo.Personality;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A forge, our database, the relay and the upstream between them; alice and bob have accounts. */
final class Bench implements AutoCloseable {
    static final URI CALLBACK = URI.create("http://127.0.0.1:8443/oauth/callback");
    static final String SCOPES = "write:repository write:issue read:user";
    static final String REFRESH = "refresh_token";

    final Store store;
    final ForgejoDouble forge;
    final DoubleApp app;
    final DoubleUser alice;
    final Relay relay;
    final ForgejoUpstream upstream;
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger trips = new AtomicInteger();

    Bench(Path folder) throws Exception {
        this(folder, Personality.FORGEJO_15);
    }

    Bench(Path folder, Personality personality) throws Exception {
        this(folder, personality, new SecureRandom());
    }

    Bench(Path folder, Personality personality, SecureRandom random) throws Exception {
        store = new Store(folder, random);
        forge =
                ForgejoDouble.start(
                        ForgejoDoubleOptions.standard()
                                .withPersonality(personality)
                                .withClock(store.clock));
        alice = forge.addUser("alice", "alice-password");
        forge.addUser("bob", "bob-password");
        app = forge.registerApp("postern", List.of(CALLBACK.toString()), true);
        relay =
                Relay.start(
                        RelayConfig.standard(forge.rootUrl(), trimmed()),
                        new RelayMeans(
                                store.random, store.clock, Ticker.system(), RelayListener.none()));
        upstream = upstream(app.clientSecret());
    }

    ForgejoConfig config(String secret) {
        return new ForgejoConfig(
                forge.rootUrl(),
                forge.address(),
                app.clientId(),
                Secret.ofUtf8(secret),
                SCOPES,
                CALLBACK,
                Duration.ofSeconds(2));
    }

    ForgejoUpstream upstream(String secret) {
        return upstream(secret, new Admissions(AdmissionRule.EVERYBODY, store.clock));
    }

    ForgejoUpstream upstream(String secret, Admissions admissions) {
        return new ForgejoUpstream(
                config(secret),
                new ForgejoMeans(
                        store.database, store.grants, relay, admissions, store.clock, store.clock));
    }

    private URI trimmed() {
        String text = forge.address().toString();
        return URI.create(text.substring(0, text.length() - 1));
    }

    SignInRequest trip() {
        int number = trips.incrementAndGet();
        return new SignInRequest(
                "state-" + number,
                Secret.ofUtf8("verifier-of-at-least-43-characters-number-" + number));
    }

    /** Walks a fresh browser through the forge and returns the code. */
    String code(String login, SignInRequest trip) throws IOException {
        try (Browser browser = Browser.open()) {
            var person = new ForgejoPerson(browser, login, login + "-password");
            URI back =
                    person.walkTo(
                            browser.get(upstream.signInUri(trip).toString()), CALLBACK.toString());
            for (String pair : back.getRawQuery().split("&")) {
                if (pair.startsWith("code=")) {
                    return URLDecoder.decode(pair.substring(5), StandardCharsets.UTF_8);
                }
            }
            throw new IllegalStateException("no code");
        }
    }

    SignedIn signIn(String login) throws Exception {
        SignInRequest trip = trip();
        return upstream.finish(SignInAnswer.of(code(login, trip)), trip);
    }

    /** A code exchange that we know nothing of, as by another installation of the application. */
    void signInElsewhere(String login) throws Exception {
        SignInRequest trip = trip();
        String code = code(login, trip);
        ForgejoConfig config = config(app.clientSecret());
        try (var http = new ForgeHttp(config.apiUrl(), config.timeout())) {
            TokenAnswer answer =
                    new TokenEndpoint(http, config, store.clock).redeem(code, trip.codeVerifier());
            assertInstanceOf(TokenAnswer.Fresh.class, answer);
        }
    }

    /** The forge's last word: the person has to sign in again. */
    void refused(Caller caller) {
        assertThrows(UpstreamRefused.class, () -> upstream.lease(caller));
        assertFalse(store.isLive(caller));
    }

    Caller grant(String login) throws Exception {
        return store.grant(upstream, signIn(login), Scope.FULL);
    }

    HttpResponse<String> get(UpstreamLease lease, String path) throws Exception {
        return send(lease, HttpRequest.newBuilder().GET(), path);
    }

    HttpResponse<String> post(UpstreamLease lease, String path, String json) throws Exception {
        return send(
                lease,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                path);
    }

    HttpResponse<String> send(UpstreamLease lease, HttpRequest.Builder request, String path)
            throws Exception {
        String token = lease.secrets().get("relay.token").useText(text -> text);
        return client.send(
                request.uri(URI.create(lease.values().get("relay.url") + path))
                        .header("Authorization", "token " + token)
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.shutdownNow();
        upstream.close();
        relay.close();
        forge.close();
        store.close();
    }
}
