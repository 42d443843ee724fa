package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.Purge;
import postern.oauth.TestClient.Kind;
import postern.oauth.account.Approvals;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Parameters;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Rules E2 and E3: what need not be asked again, and when it is asked all the same. */
class RememberedApprovalTest {
    private static final String SECOND = "https://client.example/other";
    private static TestAuthorizationServer server;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Walk remembered(TestClient client, String... changes) {
        return rememberedBy("ada", client, changes);
    }

    private static Walk rememberedBy(String name, TestClient client, String... changes) {
        var walk = new Walk(client);
        Page sent =
                walk.submit(walk.consentPage(changes).form(), Map.of("remember", "yes"), "allow");
        assertTrue(walk.follow(walk.signIn(sent, name)).isRedirect());
        return walk;
    }

    private static boolean isAsked(Walk walk, String... changes) {
        Page page = walk.open(walk.client.authorize(walk.pkce, changes));
        if (page.isRedirect()) {
            assertTrue(page.location().toString().startsWith(server.issuer() + "/sign-in"));
        }
        return !page.isRedirect();
    }

    private static TestClient web() {
        return server.client(Kind.PUBLIC, TestClient.WEB, SECOND);
    }

    @Test
    @DisplayName(
            "E3: who is signed in here goes straight to the sign-in, and comes back with a code")
    void straight_to_the_sign_in() {
        TestClient client = web();
        Walk first = remembered(client);
        var walk = new Walk(client, first.browser);
        Page sent = walk.open(client.authorize(walk.pkce));
        assertTrue(sent.isRedirect(), sent::toString);
        Page back = walk.follow(walk.signIn(sent, "ada"));
        RawAnswer tokens =
                client.redeem(Parameters.ofQuery(back.location()).get("code"), walk.pkce);
        assertEquals("mcp:read mcp:write", tokens.json().path("scope").asText());
    }

    @ParameterizedTest(name = "E2: with {0}={1} the person is asked: {2}")
    @CsvSource({
        "scope, mcp:read, false",
        "redirect_uri, https://client.example/other, true",
        "prompt, consent, true",
        "prompt, none, false"
    })
    void only_what_was_agreed(String name, String value, boolean asked) {
        assertEquals(asked, isAsked(remembered(web()), name, value));
    }

    @Test
    @DisplayName("E2: a wider scope, another server, another client and another browser are asked")
    void not_agreed() {
        TestClient client = web();
        Walk reading = remembered(client, "scope", "mcp:read");
        assertFalse(isAsked(reading, "scope", "mcp:read"));
        assertTrue(isAsked(reading));
        assertTrue(
                isAsked(reading, "scope", "mcp:read", "resource", server.issuer() + "/mcp/second"));
        assertTrue(isAsked(new Walk(web(), reading.browser)));
        assertTrue(isAsked(new Walk(client), "scope", "mcp:read"));
    }

    @Test
    @DisplayName("E3: a program on a computer is asked about every time, whatever its form says")
    void loopback_is_never_remembered() {
        TestClient local = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        assertFalse(new Walk(local).consentPage().body().contains("name=\"remember\""));
        assertTrue(isAsked(remembered(local)));
        TestClient tls = server.client(Kind.PUBLIC, "https://localhost:8443/callback");
        assertTrue(isAsked(remembered(tls)));
        for (String host :
                List.of("localhost.", "0.0.0.0", "192.0.2.7", "[::1]", "[2001:db8::1]")) {
            assertFalse(Approvals.mayBeRemembered("https://" + host + "/callback"), host);
        }
        assertTrue(Approvals.mayBeRemembered("https://client.example/callback"));
    }

    @Test
    @DisplayName("E3: only after the sign-in has succeeded is anything remembered")
    void not_before_the_sign_in() {
        TestClient client = web();
        var walk = new Walk(client);
        walk.code(); // signed in here, not remembered
        walk.submit(walk.consentPage().form(), Map.of("remember", "yes"), "allow");
        assertTrue(isAsked(walk));
    }

    @Test
    @DisplayName("E3: signed out, or signed in twelve hours ago, the person is asked")
    void signed_out() {
        TestClient client = web();
        Walk walk = remembered(client);
        Form out = AccountBench.form(walk.open("/account"), "sign-out");
        assertEquals(303, walk.submit(out, Map.of(), "sign-out").status());
        assertTrue(isAsked(walk));
        Walk late = remembered(client);
        server.clock().advance(Duration.ofHours(12));
        assertTrue(isAsked(late));
    }

    @Test
    @DisplayName("E3: revoked by the person or the client, or forgotten, it is asked again")
    void revoked() {
        Walk person = rememberedBy("bea", web());
        Form revoke = AccountBench.form(person.open("/account"), "revoke");
        person.submit(revoke, Map.of(), "revoke");
        assertTrue(isAsked(person));
        Walk forgotten = rememberedBy("cid", web());
        Page account = forgotten.open("/account");
        forgotten.submit(AccountBench.form(account, "forget"), Map.of(), "forget");
        assertTrue(isAsked(forgotten));
        TestClient client = web();
        Walk byClient = remembered(client);
        Walk.Issued issued = new Walk(client, byClient.browser).tokensUnasked();
        server.clock().advance(Duration.ofSeconds(1));
        client.revoke(issued.refreshToken());
        assertTrue(isAsked(byClient));
    }

    @Test
    @DisplayName("F10: when somebody else comes back, the second page is the whole question")
    void somebody_else() {
        TestClient client = web();
        Walk walk = remembered(client);
        Page page = walk.follow(walk.signIn(walk.open(client.authorize(walk.pkce)), "eve"));
        assertEquals(200, page.status());
        for (String words :
                new String[] {
                    "signed in as ada",
                    "signed in as eve",
                    "You were not asked",
                    "client.example",
                    "Create, change and delete"
                }) {
            assertTrue(page.text().contains(words), words + ": " + page.text());
        }
        assertTrue(walk.submit(page.form(), Map.of(), "continue").isRedirect());
        assertTrue(isAsked(walk), "eve was asked once and has not asked to be remembered");
    }

    @Test
    @DisplayName("a writer to the database cannot plant an approval or take a session")
    void planted_rows() {
        TestClient client = web();
        Walk walk = remembered(client, "scope", "mcp:read");
        server.parts
                .database()
                .write(tx ->
                        tx.update(
                                "update remembered_approval set scope = 'mcp:read mcp:write'"
                                        + " where client_id = ?",
                                client.id()));
        assertTrue(isAsked(walk));
        assertTrue(isAsked(walk, "scope", "mcp:read"));
        Walk other = remembered(web());
        server.parts
                .database()
                .write(tx -> tx.update("update account_session set person_id = person_id + 1"));
        assertTrue(isAsked(other));
    }

    @Test
    @DisplayName("E2: who is asked and does not say it again has nothing remembered any more")
    void the_last_answer_counts() {
        TestClient client = web();
        Walk reading = remembered(client, "scope", "mcp:read");
        var wider = new Walk(client, reading.browser);
        Page sent = wider.submit(wider.consentPage().form(), Map.of(), "allow");
        assertTrue(wider.follow(wider.signIn(sent, "ada")).isRedirect());
        assertTrue(isAsked(reading, "scope", "mcp:read"));
    }

    @Test
    @DisplayName("E2: what was taken back stays so when the ended grant is long forgotten")
    void taken_back_for_ever() {
        TestClient client = web();
        Walk first = remembered(client);
        Walk.Issued stolen = new Walk(client, first.browser).tokensUnasked();
        assertEquals(200, stolen.refresh().status());
        server.clock().advance(server.parts.config().refreshGrace().plusSeconds(1));
        assertEquals(400, stolen.refresh().status(), "reuse");
        server.forget();
        server.clock().advance(Duration.ofDays(31));
        new Purge(server.parts.database(), server.parts.config().refreshGrace())
                .run(server.clock().instant());
        server.clock().relaxLimits();
        TestClient local = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        new Walk(local, first.browser).code();
        assertTrue(isAsked(first));
    }
}
