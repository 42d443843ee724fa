package postern.oauth.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import postern.access.EndReason;
import postern.oauth.Parts;
import postern.oauth.Setup;
import postern.oauth.TestAuthorizationServer;
import postern.oauth.TestClient;
import postern.oauth.TestClient.Kind;
import postern.oauth.Walk;
import postern.oauth.client.ClientAuthentication;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** No check of the two grant types is idle: without it at least one refusal is another one. */
class EachCheckMattersTest {
    private static final Duration CODE_LIFE = Duration.ofSeconds(60);
    private static final Pkce OTHER = Pkce.of("B".repeat(43));

    /** Each case is played in this order against a fresh code. */
    private static final List<String> CODE_REFUSALS =
            List.of(
                    "400 invalid_grant", // another client
                    "400 invalid_grant", // expired
                    "400 invalid_grant", // burnt
                    "400 invalid_grant", // grant has ended between opening its key and spending
                    "400 invalid_grant", // another redirect URI
                    "400 invalid_grant", // another verifier
                    "400 invalid_target"); // another resource

    private static final List<String> REFRESH_REFUSALS =
            List.of(
                    "400 invalid_grant", // another client
                    "400 invalid_grant", // grant has ended between opening its key and spending
                    "400 invalid_grant", // expired
                    "400 invalid_scope",
                    "400 invalid_target");

    @Test
    @DisplayName("with all checks each case gets its refusal")
    void all_checks() {
        assertEquals(CODE_REFUSALS, codeOutcomes(CodeChecks.standard()));
        assertEquals(REFRESH_REFUSALS, refreshOutcomes(RefreshChecks.standard()));
    }

    static Stream<Integer> code_check() {
        return IntStream.range(0, CodeChecks.standard().size()).boxed();
    }

    @ParameterizedTest(name = "code check {0} is needed")
    @MethodSource
    void code_check(int index) {
        assertNotEquals(CODE_REFUSALS, codeOutcomes(without(CodeChecks.standard(), index)));
    }

    static Stream<Integer> refresh_check() {
        return IntStream.range(0, RefreshChecks.standard().size()).boxed();
    }

    @ParameterizedTest(name = "refresh check {0} is needed")
    @MethodSource
    void refresh_check(int index) {
        assertNotEquals(
                REFRESH_REFUSALS, refreshOutcomes(without(RefreshChecks.standard(), index)));
    }

    private static <T> List<T> without(List<T> all, int index) {
        List<T> rest = new ArrayList<>(all);
        rest.remove(index);
        return rest;
    }

    private static List<String> codeOutcomes(List<CodeCheck> checks) {
        Setup setup =
                Setup.standard()
                        .token((parts, authentication) ->
                                endpoint(parts, authentication, checks, RefreshChecks.standard()));
        try (var server = TestAuthorizationServer.start(setup)) {
            TestClient client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
            TestClient other = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
            List<RawAnswer> answers = new ArrayList<>();
            var walk = new Walk(client);
            answers.add(other.redeem(walk.code(), walk.pkce));
            String expired = walk.code();
            server.clock().advance(CODE_LIFE);
            answers.add(client.redeem(expired, walk.pkce));
            String burnt = walk.code();
            for (int i = 0; i < 5; i++) client.redeem(burnt, OTHER);
            answers.add(client.redeem(burnt, walk.pkce));
            String ended = walk.code();
            server.clock().onNextRead(() -> endAllGrants(server));
            answers.add(client.redeem(ended, walk.pkce));
            answers.add(client.redeem(walk.code(), walk.pkce, "redirect_uri", TestClient.WEB));
            answers.add(client.redeem(walk.code(), OTHER));
            answers.add(client.redeem(walk.code(), walk.pkce, "resource", "https://a.example/"));
            return words(answers);
        }
    }

    private static List<String> refreshOutcomes(List<RefreshCheck> checks) {
        Setup setup =
                Setup.standard()
                        .token((parts, authentication) ->
                                endpoint(parts, authentication, CodeChecks.standard(), checks));
        try (var server = TestAuthorizationServer.start(setup)) {
            TestClient client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
            TestClient other = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
            List<RawAnswer> answers = new ArrayList<>();
            var walk = new Walk(client);
            answers.add(other.refresh(walk.tokens().refreshToken()));
            Walk.Issued ended = walk.tokens();
            server.clock().onNextRead(() -> endAllGrants(server));
            answers.add(ended.refresh());
            Walk.Issued idle = walk.tokens();
            server.clock().advance(Duration.ofDays(30));
            answers.add(idle.refresh());
            answers.add(walk.tokens("scope", "mcp:read").refresh("scope", "mcp:write"));
            answers.add(walk.tokens().refresh("resource", "https://a.example/"));
            return words(answers);
        }
    }

    private static void endAllGrants(TestAuthorizationServer server) {
        Parts parts = server.parts;
        Instant now = parts.clock().instant();
        parts.database()
                .write(tx -> {
                    long person =
                            parts.grants()
                                    .person(tx, parts.upstream().issuer(), "1", "ada", now)
                                    .id();
                    return parts.grants().endAllOf(tx, person, EndReason.REVOKED_BY_OPERATOR, now);
                });
    }

    private static List<String> words(List<RawAnswer> answers) {
        return answers.stream()
                .map(answer -> answer.status() + " " + answer.json().path("error").asText())
                .toList();
    }

    private static TokenEndpoint endpoint(
            Parts p,
            ClientAuthentication authentication,
            List<CodeCheck> codeChecks,
            List<RefreshCheck> refreshChecks) {
        return new TokenEndpoint(
                authentication,
                new CodeExchange(
                        p.config(),
                        codeChecks,
                        p.database(),
                        p.grants(),
                        p.tokens(),
                        p.vault(),
                        p.clock()),
                new RefreshExchange(
                        p.config(),
                        refreshChecks,
                        p.database(),
                        p.grants(),
                        p.tokens(),
                        p.vault(),
                        p.clock()));
    }
}
