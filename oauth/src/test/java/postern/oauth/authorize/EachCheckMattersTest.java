package postern.oauth.authorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import postern.oauth.Parts;
import postern.oauth.Setup;
import postern.oauth.TestAuthorizationServer;
import postern.oauth.TestClient;
import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** No check of authorization requests is idle: without it at least one refusal is another one. */
class EachCheckMattersTest {
    /** Changes to a good request, and a piece of the proper refusal. */
    private static final Map<String, String> CASES =
            Map.ofEntries(
                    Map.entry("+client_id=x", "400 client_id was sent more than once"),
                    Map.entry("+redirect_uri=x", "400 redirect_uri was sent more than once"),
                    Map.entry("-client_id", "400 client_id is missing"),
                    Map.entry("client_id=unknown", "400 does not know the program"),
                    Map.entry("redirect_uri=https://evil.example", "400 registered addresses"),
                    Map.entry("+state=x", "303 state+was+sent+more+than+once"),
                    Map.entry("state={2049}", "303 state+has+more"),
                    Map.entry("-response_type", "303 response_type+is+missing"),
                    Map.entry("response_type=token", "303 unsupported_response_type"),
                    Map.entry("request=x", "303 request_not_supported"),
                    Map.entry("request_uri=x", "303 request_uri_not_supported"),
                    Map.entry("response_mode=fragment", "303 response_mode+must+be+query"),
                    Map.entry("-code_challenge", "303 code_challenge+is+missing"),
                    Map.entry("-code_challenge_method", "303 code_challenge_method+must+be"),
                    Map.entry("code_challenge=x", "303 43+base64url"),
                    Map.entry("scope=x", "303 invalid_scope"),
                    Map.entry("resource=x", "303 invalid_target"));

    @Test
    @DisplayName("with all checks each case gets its refusal")
    void all_checks() {
        assertEquals(CASES, outcomes(UnaryOperator.identity()));
    }

    static Stream<Integer> page_check() {
        return IntStream.range(0, AuthorizeChecks.standard().withPage().size()).boxed();
    }

    @ParameterizedTest(name = "page check {0} is needed")
    @MethodSource
    void page_check(int index) {
        assertNotEquals(
                CASES,
                outcomes(all ->
                        new AuthorizeChecks(without(all.withPage(), index), all.withRedirect())));
    }

    static Stream<Integer> redirect_check() {
        return IntStream.range(0, AuthorizeChecks.standard().withRedirect().size()).boxed();
    }

    @ParameterizedTest(name = "redirect check {0} is needed")
    @MethodSource
    void redirect_check(int index) {
        assertNotEquals(
                CASES,
                outcomes(all ->
                        new AuthorizeChecks(all.withPage(), without(all.withRedirect(), index))));
    }

    private static List<AuthorizeCheck> without(List<AuthorizeCheck> all, int index) {
        List<AuthorizeCheck> rest = new ArrayList<>(all);
        rest.remove(index);
        return rest;
    }

    /** For each case its expected text if the answer is that refusal, else what came instead. */
    private static Map<String, String> outcomes(UnaryOperator<AuthorizeChecks> change) {
        AuthorizeChecks checks = change.apply(AuthorizeChecks.standard());
        Setup setup = Setup.standard().authorization(parts -> authorization(parts, checks));
        Map<String, String> outcomes = new HashMap<>();
        try (var server = TestAuthorizationServer.start(setup)) {
            TestClient client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
            CASES.forEach(
                    (changes, refusal) -> outcomes.put(changes, outcome(client, changes, refusal)));
        }
        return outcomes;
    }

    private static String outcome(TestClient client, String changes, String refusal) {
        String query = client.authorizeFields(Pkce.create()).changed(changes).encoded();
        RawAnswer answer = client.server().wire.get("/oauth/authorize?" + query);
        String[] expected = refusal.split(" ", 2);
        boolean same =
                expected[0].equals(Integer.toString(answer.status()))
                        && (answer.body() + answer.header("Location")).contains(expected[1]);
        return same ? refusal : "status " + answer.status();
    }

    private static Authorization authorization(Parts parts, AuthorizeChecks checks) {
        return new Authorization(
                parts.config(),
                checks,
                parts.database(),
                parts.vault(),
                parts.grants(),
                parts.tokens(),
                parts.clients(),
                parts.upstream(),
                parts.cookies(),
                parts.pageKit(),
                parts.clock(),
                parts.clock().ticker(),
                parts.random());
    }
}
