package postern.forge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.Personality;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Forgejo facts A2 to A9; oauth-rules F4, F7, F8, F9. */
class ForgejoSignInTest {
    @TempDir Path folder;

    @Test
    void a_person_signs_in_and_is_known_by_the_numeric_id() throws Exception {
        try (var bench = new Bench(folder)) {
            SignedIn alice = bench.signIn("alice");
            assertEquals(Long.toString(bench.alice.id()), alice.upstreamId());
            assertEquals("alice", alice.login());
            TokenSet tokens = alice.tokens().orElseThrow();
            assertEquals(OptionalLong.of(1), tokens.counter());
            assertTrue(tokens.grantedScope().contains("write:repository"), tokens.grantedScope());
            assertEquals(bench.store.clock.instant().plusSeconds(3600), tokens.accessExpiresAt());
        }
    }

    @Test
    void gitea_without_rotation_has_no_counter() throws Exception {
        try (var bench = new Bench(folder, Personality.GITEA_1_23)) {
            assertEquals(
                    OptionalLong.empty(), bench.signIn("alice").tokens().orElseThrow().counter());
        }
    }

    @Test
    void the_challenge_always_goes_along_with_its_method() throws Exception {
        try (var bench = new Bench(folder)) {
            String uri = bench.upstream.signInUri(bench.trip()).toString();
            assertTrue(
                    uri.matches(".*&code_challenge=[A-Za-z0-9_-]{43}&code_challenge_method=S256"),
                    uri);
            assertTrue(
                    uri.contains("scope=write%3Arepository%20write%3Aissue%20read%3Auser&"), uri);
        }
    }

    @Test
    void a_code_works_once_and_only_with_its_verifier() throws Exception {
        try (var bench = new Bench(folder)) {
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            assertThrows(
                    UpstreamRefused.class,
                    () -> bench.upstream.finish(SignInAnswer.of(code), bench.trip()));
            SignInRequest again = bench.trip();
            String second = bench.code("alice", again);
            bench.upstream.finish(SignInAnswer.of(second), again);
            assertThrows(
                    UpstreamRefused.class,
                    () -> bench.upstream.finish(SignInAnswer.of(second), again));
            assertEquals(3, bench.forge.tokenRequestCount("authorization_code"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 502})
    void html_at_the_token_endpoint_decides_nothing(int status) throws Exception {
        try (var bench = new Bench(folder)) {
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            bench.forge.answerHtmlAtTokenEndpoint(status);
            assertThrows(
                    UpstreamUnavailable.class,
                    () -> bench.upstream.finish(SignInAnswer.of(code), trip));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"a\",\"token_type\":\"mac\",\"expires_in\":1,\"refresh_token\":\"r\"}",
                "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"expires_in\":1}",
                "{\"access_token\":\"a\",\"token_type\":\"bearer\",\"expires_in\":0,\"refresh_token\":\"r\"}",
                "{\"access_token\":\"a"
                    + " b\",\"token_type\":\"bearer\",\"expires_in\":1,\"refresh_token\":\"r\"}",
                "{\"access_token\":\"a\",\"access_token\":\"b\"}",
                "[]",
            })
    void a_token_answer_of_another_shape_decides_nothing(String body) throws Exception {
        try (var bench = new Bench(folder)) {
            bench.forge.addFault(
                    "/login/oauth/access_token",
                    new Fault.Answer(200, "application/json", body),
                    1);
            assertThrows(
                    UpstreamUnavailable.class,
                    () -> bench.upstream.finish(SignInAnswer.of("gta_x"), bench.trip()));
        }
    }

    @Test
    void ten_megabytes_at_the_token_endpoint_are_not_read() throws Exception {
        try (var bench = new Bench(folder)) {
            bench.forge.addFault(
                    "/login/oauth/access_token",
                    new Fault.Answer(
                            200, "application/json", "[\"" + "x".repeat(10_000_000) + "\"]"),
                    1);
            assertThrows(
                    UpstreamUnavailable.class,
                    () -> bench.upstream.finish(SignInAnswer.of("gta_x"), bench.trip()));
        }
    }

    @Test
    void a_hanging_token_endpoint_ends_within_the_timeout() throws Exception {
        try (var bench = new Bench(folder)) {
            bench.forge.hang("/login/oauth/access_token");
            assertThrows(
                    UpstreamUnavailable.class,
                    () -> bench.upstream.finish(SignInAnswer.of("gta_x"), bench.trip()));
            bench.forge.clearFaults();
        }
    }

    @Test
    void a_prohibited_person_is_refused_although_the_status_is_200() throws Exception {
        try (var bench = new Bench(folder)) {
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            bench.forge.addFault("/login/oauth/userinfo", Fault.html(200), 1);
            assertThrows(
                    UpstreamRefused.class,
                    () -> bench.upstream.finish(SignInAnswer.of(code), trip));
        }
    }

    @Test
    void a_wrong_secret_is_our_fault_and_not_the_persons() throws Exception {
        try (var bench = new Bench(folder);
                ForgejoUpstream wrong = bench.upstream("gto_wrong")) {
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            assertThrows(
                    UpstreamUnavailable.class, () -> wrong.finish(SignInAnswer.of(code), trip));
        }
    }

    @Test
    void without_an_introspection_answer_the_scope_is_unknown() throws Exception {
        try (var bench = new Bench(folder)) {
            bench.forge.addFault(
                    "/login/oauth/introspect", new Fault.Answer(401, "text/plain", "Verify"), 1);
            assertEquals("", bench.signIn("alice").tokens().orElseThrow().grantedScope());
        }
    }

    @Test
    void nothing_secret_is_in_what_a_failure_says() throws Exception {
        try (var bench = new Bench(folder)) {
            var refused =
                    assertThrows(
                            UpstreamRefused.class,
                            () ->
                                    bench.upstream.finish(
                                            SignInAnswer.of("gta_canary"), bench.trip()));
            assertFalse(refused.toString().contains("gta_canary"));
            assertFalse(refused.toString().contains(bench.app.clientSecret()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "openid profile email",
                "read:user,read:repository",
                "read:user  read:issue",
                "read:user ",
                "read:users",
                "public-only",
                "repo"
            })
    void scopes_that_would_mean_full_access_are_refused(String scopes) {
        assertThrows(IllegalArgumentException.class, () -> config(scopes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"read:user", "write:repository openid", "all", "public-only read:issue"})
    void scopes_that_forgejo_knows_pass(String scopes) {
        assertEquals(scopes, config(scopes).scopes());
    }

    private static ForgejoConfig config(String scopes) {
        return new ForgejoConfig(
                Bench.CALLBACK.resolve("/git/"),
                Bench.CALLBACK.resolve("/git/"),
                "id",
                Secret.ofUtf8("secret"),
                scopes,
                Bench.CALLBACK,
                ForgejoConfig.STANDARD_TIMEOUT);
    }
}
