package postern.forge.oidc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.Caller;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.SignInAnswer;
import postern.forge.SignInRequest;
import postern.forge.SignedIn;
import postern.forge.Store;
import postern.testkit.browser.Browser;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.forgejo.Personality;
import postern.testkit.oidc.Lie;
import postern.testkit.oidc.OidcDouble;
import postern.testkit.oidc.OidcDoubleOptions;
import postern.testkit.oidc.OidcPerson;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class OidcSignInTest {
    private static final SignedIn ADA =
            new SignedIn("sub-of-ada", "ada", Set.of("admins", "staff"), Optional.empty());

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"})
    void a_person_signs_in_with_each_algorithm(String algorithm) throws Exception {
        try (var bench = new OidcBench(options -> options.withAlgorithm(algorithm))) {
            assertEquals(ADA, bench.signIn());
        }
    }

    @Test
    void an_issuer_with_a_slash_is_taken_to_the_byte() throws Exception {
        try (var bench = new OidcBench(OidcDoubleOptions::withSlash)) {
            assertEquals(ADA, bench.signIn());
            assertTrue(bench.upstream.issuer().endsWith("/op/"));
        }
    }

    @Test
    void a_secret_in_the_form_where_the_provider_wants_it_there() throws Exception {
        try (var bench = new OidcBench(OidcDoubleOptions::withSecretInForm)) {
            assertEquals(ADA, bench.signIn());
        }
    }

    @Test
    void a_provider_that_does_not_name_itself_to_the_browser() throws Exception {
        try (var bench = new OidcBench(OidcDoubleOptions::withoutName)) {
            assertEquals(ADA, bench.signIn());
            SignInRequest trip = bench.trip();
            String code = bench.answer(trip).code();
            var ofAnother = new SignInAnswer(code, Optional.of("https://evil.example"));
            assertThrows(UpstreamRefused.class, () -> bench.upstream.finish(ofAnother, trip));
        }
    }

    @Test
    void the_browser_is_sent_with_pkce_state_and_nonce_behind_the_query_that_is_there()
            throws Exception {
        try (var bench = new OidcBench()) {
            URI one = bench.upstream.signInUri(bench.trip());
            String query = one.getRawQuery();
            assertTrue(query.startsWith("tenant=main&response_type=code&"), query);
            assertTrue(query.contains("&scope=openid%20profile&state=state-1&nonce="), query);
            assertTrue(query.contains("&code_challenge_method=S256"), query);
            assertFalse(query.contains("verifier-of"), query);
            assertNotEquals(nonce(query), nonce(bench.upstream.signInUri(bench.trip()).getQuery()));
            assertNotEquals(nonce(query), parameter(query, "code_challenge"));
            assertEquals(43, nonce(query).length());
        }
    }

    private static String nonce(String query) {
        return parameter(query, "nonce");
    }

    private static String parameter(String query, String name) {
        int start = query.indexOf("&" + name + "=") + name.length() + 2;
        return query.substring(start, query.indexOf('&', start));
    }

    @Test
    void s256_is_sent_to_a_provider_that_does_not_list_it_too() throws Exception {
        try (var bench = new OidcBench()) {
            bench.provider.tell(Lie.DISCOVERY_WITH_PLAIN_CHALLENGES_ONLY);
            String query = bench.upstream.signInUri(bench.trip()).getRawQuery();
            assertTrue(query.endsWith("&code_challenge_method=S256"), query);
            assertEquals(ADA, bench.signIn());
        }
    }

    @Test
    void a_code_works_once_and_only_with_its_own_verifier() throws Exception {
        try (var bench = new OidcBench()) {
            SignInRequest trip = bench.trip();
            SignInAnswer answer = bench.answer(trip);
            assertEquals(ADA, bench.upstream.finish(answer, trip));
            assertRefused("invalid_grant", bench, answer, trip);
            SignInRequest other = bench.trip();
            assertRefused("invalid_grant", bench, bench.answer(other), bench.trip());
        }
    }

    private static void assertRefused(
            String reason, OidcBench bench, SignInAnswer answer, SignInRequest trip) {
        var refused =
                assertThrows(UpstreamRefused.class, () -> bench.upstream.finish(answer, trip));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    @Test
    void a_wrong_client_secret_is_our_fault_and_not_the_persons() throws Exception {
        try (var bench = new OidcBench();
                var wrong = bench.upstream("another secret")) {
            SignInRequest trip = bench.trip();
            SignInAnswer answer = bench.answer(trip);
            var refused = assertThrows(UpstreamUnavailable.class, () -> wrong.finish(answer, trip));
            assertEquals("our client is refused: invalid_client", refused.getMessage());
        }
    }

    @Test
    void without_a_name_that_can_be_shown_as_it_is_the_subject_is_shown() throws Exception {
        try (var bench = new OidcBench()) {
            bench.provider.add(new OidcPerson("sub-7", Optional.empty(), List.of()));
            assertEquals("sub-7", bench.signIn("sub-7").login());
            for (String name : List.of("a da", "ada\u202e", "a\u200bda", "x".repeat(101))) {
                bench.provider.keepSignedIn(OidcPerson.of("sub-8", name));
                SignInRequest trip = bench.trip();
                try (Browser browser = Browser.open()) {
                    URI back =
                            browser.followTo(
                                    browser.get(bench.upstream.signInUri(trip)),
                                    OidcBench.CALLBACK.toString());
                    SignedIn signedIn = bench.upstream.finish(OidcBench.answerOf(back), trip);
                    assertEquals("sub-8", signedIn.login(), name);
                }
            }
        }
    }

    @Test
    void the_name_is_asked_for_where_the_id_token_has_none() throws Exception {
        try (var bench = new OidcBench(OidcDoubleOptions::withNamesAtUserInfo)) {
            assertEquals("ada", bench.signIn().login());
            assertEquals(1, bench.provider.requestCount("/userinfo"));
            bench.provider.tell(Lie.USERINFO_OF_ANOTHER_PERSON);
            assertEquals(
                    "userinfo has another sub than the id_token",
                    assertThrows(UpstreamRefused.class, bench::signIn).getMessage());
            bench.provider.tell(Lie.USERINFO_FAILS);
            assertEquals(
                    "userinfo has status 502",
                    assertThrows(UpstreamUnavailable.class, bench::signIn).getMessage());
        }
        try (var bench = new OidcBench()) {
            bench.signIn();
            assertEquals(0, bench.provider.requestCount("/userinfo"));
        }
    }

    @Test
    void a_child_learns_who_the_person_is_and_gets_nothing_else() throws Exception {
        try (var bench = new OidcBench();
                var store = new Store(folder)) {
            Caller caller = store.grant(bench.upstream, bench.signIn(), Scope.FULL);
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                assertEquals(Map.of("user.login", "ada", "user.id", "sub-of-ada"), lease.values());
                assertEquals(Map.of(), lease.secrets());
            }
            var before =
                    new OidcUpstream(config("https://former.example"), store.clock, store.clock);
            try (before) {
                assertThrows(UpstreamRefused.class, () -> before.lease(caller));
            }
        }
    }

    private static OidcConfig config(String issuer) {
        return OidcBench.config(issuer, OidcDouble.CLIENT_SECRET);
    }

    /** A provider that nobody here made up: its document is as recorded, the slash included. */
    @Test
    void a_forgejo_is_such_a_provider_as_well() throws Exception {
        for (Personality personality : List.of(Personality.FORGEJO_11, Personality.FORGEJO_15)) {
            try (ForgejoDouble forge =
                    ForgejoDouble.start(
                            ForgejoDoubleOptions.standard().withPersonality(personality))) {
                forge.addUser("alice", "alice-password");
                DoubleApp app =
                        forge.registerApp("postern", List.of(OidcBench.CALLBACK.toString()), true);
                String root = forge.rootUrl().toString();
                String issuer =
                        personality.issuerEndsWithSlash()
                                ? root
                                : root.substring(0, root.length() - 1);
                assertEquals("alice", signInAt(issuer, app).login(), issuer);
            }
        }
    }

    private static SignedIn signInAt(String issuer, DoubleApp app) throws Exception {
        var config =
                new OidcConfig(
                        issuer,
                        Optional.empty(),
                        app.clientId(),
                        Secret.ofUtf8(app.clientSecret()),
                        "openid profile",
                        OidcBench.CALLBACK,
                        Duration.ofSeconds(5));
        var trip = new SignInRequest("state", Secret.ofUtf8("v".repeat(43)));
        try (var upstream =
                        new OidcUpstream(
                                config, java.time.InstantSource.system(), System::nanoTime);
                Browser browser = Browser.open()) {
            var person = new ForgejoPerson(browser, "alice", "alice-password");
            URI back =
                    person.walkTo(
                            browser.get(upstream.signInUri(trip)), OidcBench.CALLBACK.toString());
            return upstream.finish(OidcBench.answerOf(back), trip);
        }
    }
}
