package postern.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import postern.app.config.Configuration;
import postern.core.Secret;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.Personality;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Every fault of the forge is named in the line that it belongs to, and in no other. */
class ForgeChecksTest {
    private static final URI CALLBACK = URI.create("https://mcp.example.org/oauth/callback");
    private static final String SCOPES = "write:repository read:user";
    private static final Duration AMPLE = Duration.ofSeconds(20);

    /** Shorter than anybody is patient, for faults that take all of it. */
    private static final Duration SHORT = Duration.ofMillis(400);

    /** A double, and what we are set to. */
    private static final class World implements AutoCloseable {
        final ForgejoDouble forge;
        final DoubleApp app;
        URI url;
        String scopes = SCOPES;
        String clientId;

        World() throws Exception {
            forge = ForgejoDouble.start(ForgejoDoubleOptions.standard());
            app = forge.registerApp("postern", List.of(CALLBACK.toString()), true);
            url = URI.create(forge.rootUrl().toString().replaceFirst("/$", ""));
            clientId = app.clientId();
        }

        List<Line> lines(Duration patience) throws Exception {
            var settings =
                    new Configuration.Forgejo(
                            url,
                            url,
                            clientId,
                            Secret.ofUtf8(app.clientSecret()),
                            scopes,
                            Set.of());
            ForgeSeen seen = ForgeSeen.look(settings, CALLBACK, patience, InstantSource.system());
            List<Line> lines = ForgeChecks.ALL.stream().map(check -> check.line(seen)).toList();
            String all = String.join("\n", lines.stream().map(Line::toString).toList());
            assertFalse(all.contains("Exception") || all.contains("\tat "), all);
            for (String secret : forge.issuedTokens()) assertFalse(all.contains(secret), all);
            return lines;
        }

        @Override
        public void close() {
            forge.close();
        }
    }

    /** Something that goes wrong. */
    private interface Harm {
        void to(World world) throws Exception;
    }

    @Test
    void a_forge_that_is_right_passes_every_check() throws Exception {
        try (var world = new World()) {
            assertEquals(List.of(), findings(world.lines(AMPLE)));
            assertEquals(
                    List.of(),
                    world.lines(AMPLE).stream().filter(l -> verdict(l, "skip")).toList());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void what_an_operator_or_the_forge_changed_is_named(
            String name, Harm harm, Map<String, String> expected) throws Exception {
        try (var world = new World()) {
            harm.to(world);
            List<Line> lines = world.lines(AMPLE);
            assertFindings(expected, lines);
        }
    }

    static Stream<Arguments> what_an_operator_or_the_forge_changed_is_named() {
        return Stream.of(
                mode(
                        "app deleted",
                        w -> w.forge.deleteApp(w.app.clientId()),
                        "fail application",
                        "postern setup"),
                mode(
                        "client id misspelt",
                        w -> w.clientId = "nobody",
                        "fail application",
                        "POSTERN_FORGEJO_CLIENT_ID"),
                mode(
                        "secret rotated",
                        w -> w.forge.changeSecret(w.app.clientId()),
                        "fail client secret",
                        "POSTERN_FORGEJO_CLIENT_SECRET"),
                mode(
                        "redirect URIs changed",
                        w ->
                                w.forge
                                        .operator()
                                        .setRedirectUris(
                                                w.app.clientId(), List.of("https://x.example/cb")),
                        "fail redirect URI",
                        CALLBACK.toString()),
                mode(
                        "public client",
                        w ->
                                w.clientId =
                                        w.forge
                                                .registerApp(
                                                        "p", List.of(CALLBACK.toString()), false)
                                                .clientId(),
                        "fail confidential",
                        "Confidential Client",
                        "fail introspection",
                        "does not accept"),
                mode(
                        "clock ahead",
                        w -> w.forge.operator().skewClock(Duration.ofMinutes(3)),
                        "warn clock",
                        "s ahead"),
                mode(
                        "clock behind",
                        w -> w.forge.operator().skewClock(Duration.ofMinutes(-3)),
                        "warn clock",
                        "s behind"),
                mode(
                        "sign-in needed to see anything",
                        w -> w.forge.operator().requireSignIn(true),
                        "warn forge version",
                        "without signing in"),
                mode(
                        "connection refused",
                        w -> w.forge.operator().refuseConnections(),
                        "fail forge reached",
                        "refuses the connection"),
                mode(
                        "name unknown",
                        w -> w.url = URI.create("http://forge.invalid"),
                        "fail forge reached",
                        "name that this machine cannot find"),
                mode(
                        "oauth2 off",
                        w ->
                                w.forge.switchOn(
                                        Endpoint.DISCOVERY,
                                        new Fault.Answer(404, "text/plain", "")),
                        "fail oauth2 provider",
                        "ENABLED = true"),
                mode(
                        "old Forgejo",
                        w -> w.forge.switchOn(Endpoint.API, version("8.0.3+gitea-1.22.0")),
                        "fail forge version",
                        "full access",
                        "warn refresh rotation",
                        "INVALIDATE_REFRESH_TOKENS"),
                mode(
                        "Forgejo before the PKCE fix",
                        w -> w.forge.switchOn(Endpoint.API, version("14.0.2+gitea-1.22.0")),
                        "warn forge version",
                        "PKCE"),
                mode(
                        "version not understood",
                        w -> w.forge.switchOn(Endpoint.API, version("development")),
                        "warn forge version",
                        "cannot be seen"),
                mode(
                        "Gitea",
                        w -> w.forge.operator().become(Personality.GITEA_1_23),
                        "warn forge version",
                        "Gitea 1.23.0",
                        "warn refresh rotation",
                        "off in Gitea"),
                mode("Forgejo 11", w -> w.forge.operator().become(Personality.FORGEJO_11)),
                mode("Forgejo 16", w -> w.forge.operator().become(Personality.FORGEJO_16)),
                mode(
                        "comma-joined scopes",
                        w -> w.scopes = "read:user,read:issue",
                        "fail scopes",
                        "commas"),
                mode("all scopes", w -> w.scopes = "all", "warn scopes", "more than tools need"),
                mode(
                        "another address",
                        w -> w.url = URI.create(w.url.toString().replace("127.0.0.1", "localhost")),
                        "warn forge address",
                        "ROOT_URL"));
    }

    private static Fault.Answer version(String text) {
        return new Fault.Answer(200, "application/json", "{\"version\":\"" + text + "\"}");
    }

    /** Endpoint by the line that speaks of it. */
    private static final Map<Endpoint, String> LINES =
            Map.of(
                    Endpoint.ANY, "forge reached",
                    Endpoint.API, "forge reached",
                    Endpoint.DISCOVERY, "oauth2 provider",
                    Endpoint.TOKEN, "application",
                    Endpoint.INTROSPECT, "introspection",
                    Endpoint.USERINFO, "userinfo");

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void a_fault_of_one_endpoint_is_named_in_its_line(String name, Fault fault, String words)
            throws Exception {
        for (Map.Entry<Endpoint, String> at : LINES.entrySet()) {
            try (var world = new World()) {
                world.forge.switchOn(at.getKey(), fault);
                assertFindings(Map.of("fail " + at.getValue(), words), world.lines(AMPLE));
            }
        }
    }

    static Stream<Arguments> a_fault_of_one_endpoint_is_named_in_its_line() {
        return Stream.of(
                Arguments.of("request lost", new Fault.LoseRequest(), "breaks the connection off"),
                Arguments.of("answer lost", new Fault.LoseAnswer(), "breaks the connection off"),
                Arguments.of("body cut", new Fault.CutBody(), "breaks the connection off"),
                Arguments.of("page", Fault.html(200), "a page instead of JSON"),
                Arguments.of("page of a proxy", Fault.html(502), "status 502"),
                Arguments.of("forge fails", Fault.status(500), "status 500"),
                Arguments.of(
                        "fails afterwards", new Fault.AnswerAfter(Fault.status(503)), "status 503"),
                Arguments.of("limited", Fault.tooManyRequests(Duration.ofSeconds(9)), "429"),
                Arguments.of(
                        "redirect",
                        Fault.redirect(302, URI.create("https://x.example/")),
                        "redirects"),
                Arguments.of("echo", new Fault.EchoSecrets(400), "words that it is not known for"));
    }

    @Test
    void half_of_the_json_is_named() throws Exception {
        for (Endpoint at : List.of(Endpoint.API, Endpoint.DISCOVERY, Endpoint.INTROSPECT)) {
            try (var world = new World()) {
                world.forge.switchOn(at, new Fault.HalfJson());
                assertFindings(
                        Map.of("fail " + LINES.get(at), "JSON that is not whole"),
                        world.lines(AMPLE));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void a_forge_that_is_slow_is_named(String name, Fault fault, Endpoint at) throws Exception {
        try (var world = new World()) {
            world.forge.switchOn(at, fault);
            Line line =
                    world.lines(SHORT).stream()
                            .filter(one -> one.name().equals(LINES.get(at)))
                            .findFirst()
                            .orElseThrow();
            assertTrue(line.finding().text().contains("does not answer in time"), line::toString);
        }
    }

    static Stream<Arguments> a_forge_that_is_slow_is_named() {
        Stream<Arguments> hanging =
                LINES.keySet().stream()
                        .filter(at -> at != Endpoint.INTROSPECT)
                        .map(at -> Arguments.of("hangs " + at, new Fault.Hang(), at));
        return Stream.concat(
                hanging,
                Stream.of(
                        Arguments.of("holds", new Fault.HoldAnswer(), Endpoint.ANY),
                        Arguments.of("slow", new Fault.Slow(Duration.ofSeconds(2)), Endpoint.ANY),
                        Arguments.of(
                                "drips", new Fault.Drip(1, Duration.ofMillis(200)), Endpoint.ANY)));
    }

    private static Arguments mode(String name, Harm harm, String... lineAndWords) {
        var expected = new java.util.LinkedHashMap<String, String>();
        for (int i = 0; i < lineAndWords.length; i += 2) {
            expected.put(lineAndWords[i], lineAndWords[i + 1]);
        }
        return Arguments.of(name, harm, expected);
    }

    private static void assertFindings(Map<String, String> expected, List<Line> lines) {
        assertEquals(
                expected.keySet().stream().sorted().toList(),
                findings(lines).stream().sorted().toList(),
                () -> lines.toString());
        for (Line line : lines) {
            String words = expected.get(line.finding().verdict() + " " + line.name());
            if (words != null) assertTrue(line.finding().text().contains(words), line::toString);
        }
    }

    /** Verdict and name of what neither passed nor was skipped. */
    private static List<String> findings(List<Line> lines) {
        var found = new ArrayList<String>();
        for (Line line : lines) {
            if (verdict(line, "warn") || verdict(line, "fail")) {
                found.add(line.finding().verdict() + " " + line.name());
            }
        }
        return found;
    }

    private static boolean verdict(Line line, String wanted) {
        return line.finding().verdict().toString().equals(wanted);
    }
}
