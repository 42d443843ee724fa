package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.UpstreamAccess;
import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Parameters;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rules F1 to F10: the browser is back from the forge. */
class CallbackRulesTest {
    private static final String TOKEN_PATH = "/login/oauth/access_token";
    private static TestForge forge;
    private static TestAuthorizationServer server;
    private static TestClient client;

    @BeforeAll
    static void start() throws IOException {
        forge = TestForge.start("write:repository read:user");
        server = TestAuthorizationServer.start(Setup.standard().upstream(forge::upstream));
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
    }

    @AfterAll
    static void stop() {
        server.close();
        forge.close();
    }

    @AfterEach
    void repair() {
        forge.forgejo.clearFaults();
    }

    /** The address of our callback with state and code, not requested yet. */
    private static URI callback(Walk walk, String login) throws IOException {
        var person = new ForgejoPerson(walk.browser, login, TestForge.PASSWORD);
        Page sent = walk.allow(walk.consentPage());
        return person.walkTo(sent, server.issuer() + "/oauth/callback");
    }

    private static String target(URI callback) {
        return callback.getRawPath() + "?" + callback.getRawQuery();
    }

    private static long exchanges() {
        return forge.forgejo.tokenRequestCount("authorization_code");
    }

    @Test
    @DisplayName("F4 F8: a trip with its own state and challenge ends in tokens for the person")
    void a_good_trip() throws IOException {
        var walk = new Walk(client);
        Page sent = walk.allow(walk.consentPage("state", "ours"));
        Map<String, String> query = Parameters.ofQuery(sent.location());
        assertEquals("S256", query.get("code_challenge_method"));
        assertEquals(43, query.get("code_challenge").length());
        assertNotEquals("ours", query.get("state"));
        assertFalse(sent.location().toString().contains(client.id()));
        Page again = walk.allow(walk.consentPage("state", "ours"));
        assertNotEquals(query.get("state"), Parameters.ofQuery(again.location()).get("state"));
        assertNotEquals(
                query.get("code_challenge"),
                Parameters.ofQuery(again.location()).get("code_challenge"));
        Page back = walk.open(target(callback(walk, "ada")));
        RawAnswer tokens =
                client.redeem(Parameters.ofQuery(back.location()).get("code"), walk.pkce);
        assertEquals("mcp:read mcp:write", tokens.json().path("scope").asText());
        String access = tokens.json().path("access_token").asText();
        var principal =
                server.parts
                        .tokenCheck()
                        .check(access, server.resource())
                        .orElseThrow()
                        .principal();
        assertEquals("ada", principal.person().login());
        assertTrue(principal.person().upstreamId().matches("[0-9]+"));
    }

    @ParameterizedTest(name = "{0}: {1} gets our page and asks nothing of the forge")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    F1 | no state | -state
                    F1 | empty state | state=
                    F1 | unknown state | state=unknown
                    F4 | iss of another | +iss=https://other.example
                    F5 | state repeated | +state=x
                    F5 | code repeated | +code=x
                    F5 | code and error | +error=access_denied
                    F5 | neither code nor error | -code
                    """)
    void gets_our_page(String rule, String when, String changes) throws IOException {
        var walk = new Walk(client);
        Map<String, String> good = Parameters.ofQuery(callback(walk, "ada"));
        long before = exchanges();
        Fields fields = Fields.of("state", good.get("state"), "code", good.get("code"));
        Page page = walk.open("/oauth/callback?" + fields.changed(changes).encoded());
        assertEquals(400, page.status());
        assertFalse(page.isRedirect());
        assertEquals(before, exchanges());
    }

    @Test
    @DisplayName("F1: a state works once, and not after ten minutes")
    void state_works_once() throws IOException {
        var walk = new Walk(client);
        URI callback = callback(walk, "ada");
        assertEquals(303, walk.open(target(callback)).status());
        assertEquals(400, walk.open(target(callback)).status());
        URI late = callback(walk, "ada");
        server.clock().advance(Duration.ofMinutes(10).plusSeconds(1));
        long before = exchanges();
        assertEquals(400, walk.open(target(late)).status());
        assertEquals(before, exchanges());
    }

    @Test
    @DisplayName("B18: a client that was dropped meanwhile gets no grant; the page says so")
    void dropped_client() throws IOException {
        TestClient dropped = server.client(Kind.BASIC, TestClient.WEB);
        var walk = new Walk(dropped);
        URI callback = callback(walk, "ada");
        server.parts
                .database()
                .write(tx -> tx.update("delete from client where id = ?", dropped.id()));
        Page page = walk.open(target(callback));
        assertEquals(400, page.status(), page::toString);
        assertTrue(page.toString().contains("remove this server there"), page::toString);
        long grants =
                server.parts
                        .database()
                        .read(tx ->
                                tx.first(
                                                "select count(*) from access_grant where client_id"
                                                        + " = ?",
                                                row -> row.getLong(1),
                                                dropped.id())
                                        .orElseThrow());
        assertEquals(0, grants);
    }

    @Test
    @DisplayName("F2 F10: the callback in another browser gives no code, and the first still works")
    void another_browser() throws IOException {
        var victim = new Walk(client);
        var thief = new Walk(client);
        URI callback = callback(thief, "eve");
        long before = exchanges();
        assertEquals(400, victim.open(target(callback)).status());
        victim.consentPage();
        assertEquals(400, victim.open(target(callback)).status());
        assertEquals(before, exchanges());
        assertEquals(303, thief.open(target(callback)).status());
    }

    @Test
    @DisplayName("F3: of parallel callbacks one makes the exchange and gets a code")
    void parallel_callbacks() throws IOException {
        var walk = new Walk(client);
        URI callback = callback(walk, "ada");
        long before = exchanges();
        var pages =
                IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(i -> walk.open(target(callback)))
                        .toList();
        assertEquals(1, pages.stream().filter(Page::isRedirect).count());
        assertEquals(before + 1, exchanges());
    }

    @ParameterizedTest(name = "F6: {0} of the forge becomes {1}")
    @CsvSource({
        "access_denied, access_denied",
        "temporarily_unavailable, temporarily_unavailable",
        "server_error, server_error",
        "<script>, server_error"
    })
    void upstream_error(String theirs, String ours) throws IOException {
        var walk = new Walk(client);
        String state = Parameters.ofQuery(callback(walk, "ada")).get("state");
        String query =
                Wire.encode("state", state, "error", theirs, "error_description", "secret-words");
        Page page = walk.open("/oauth/callback?" + query);
        Map<String, String> answer = Parameters.ofQuery(page.location());
        assertEquals(ours, answer.get("error"));
        assertEquals("s1", answer.get("state"));
        assertEquals(server.issuer().toString(), answer.get("iss"));
        assertFalse(page.location().toString().contains("secret-words"));
    }

    @ParameterizedTest(name = "F7: a token answer {0} is an error for the client, and no code")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    502 | text/html | <html>down</html>
                    200 | text/html | <html>hello</html>
                    200 | application/json | []
                    200 | application/json | {"access_token":"a"}
                    200 | application/json | {"access_token":7,"refresh_token":{},"expires_in":"x"}
                    400 | application/json | {"error":"invalid_grant"}
                    """)
    void bad_token_answer(int status, String type, String body) throws IOException {
        var walk = new Walk(client);
        URI callback = callback(walk, "ada");
        forge.forgejo.addFault(TOKEN_PATH, new Fault.Answer(status, type, body), 1);
        Page page = walk.open(target(callback));
        Map<String, String> answer = Parameters.ofQuery(page.location());
        List<String> errors = List.of("server_error", "temporarily_unavailable");
        assertTrue(errors.contains(answer.get("error")), answer::toString);
        assertFalse(answer.containsKey("code"));
    }

    private static String cookie(Walk walk) {
        return walk.browser.cookies().all().stream()
                .filter(cookie -> cookie.name().startsWith("postern-"))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("F9: a prefetch and HEAD do not use up the state")
    void prefetch() throws IOException {
        var walk = new Walk(client);
        URI callback = callback(walk, "ada");
        String cookie = cookie(walk);
        var statuses = new ArrayList<Integer>();
        statuses.add(
                server.wire
                        .get(
                                target(callback),
                                "Cookie",
                                cookie,
                                "Sec-Purpose",
                                "prefetch;prerender")
                        .status());
        statuses.add(server.wire.send("HEAD", target(callback), "", "Cookie", cookie).status());
        assertEquals(List.of(400, 400), statuses);
        assertEquals(303, walk.open(target(callback)).status());
    }

    @Test
    @DisplayName("F9: who may only read at the forge gets a grant for reading")
    void narrower_upstream_scope() throws Exception {
        try (TestForge reading = TestForge.start("read:repository read:user");
                var other =
                        TestAuthorizationServer.start(
                                Setup.standard().upstream(reading::upstream))) {
            var walk = new Walk(other.client(Kind.PUBLIC, TestClient.LOOPBACK));
            var person = new ForgejoPerson(walk.browser, "ada", TestForge.PASSWORD);
            Page sent = walk.allow(walk.consentPage());
            URI callback = person.walkTo(sent, other.issuer() + "/oauth/callback");
            Page asked = walk.open(target(callback));
            assertTrue(asked.text().contains("Only reading"), asked::text);
            URI back = walk.submit(asked.form(), Map.of(), "continue").location();
            RawAnswer tokens = walk.client.redeem(Parameters.ofQuery(back).get("code"), walk.pkce);
            assertEquals("mcp:read", tokens.json().path("scope").asText());
            String access = tokens.json().path("access_token").asText();
            var caller = other.parts.tokenCheck().check(access, other.resource()).orElseThrow();
            try (var lease = ((UpstreamAccess) other.parts.upstream()).lease(caller)) {
                assertTrue(lease.secrets().containsKey("relay.token"), "what was kept opens");
            }
        }
    }

    @Test
    @DisplayName("E8 E10: a no asks nothing of the forge, whose origin the form may lead to")
    void deny_and_form_action() {
        var walk = new Walk(client);
        int before = forge.forgejo.requests().size();
        Page consent = walk.consentPage();
        String policy = consent.header("Content-Security-Policy");
        String origin = forge.forgejo.rootUrl().toString().replaceFirst("/$", "");
        assertTrue(
                policy.endsWith("; form-action 'self' " + origin + " http://127.0.0.1:7777"),
                policy);
        walk.submit(consent.form(), Map.of(), "deny");
        assertEquals(before, forge.forgejo.requests().size());
    }
}
