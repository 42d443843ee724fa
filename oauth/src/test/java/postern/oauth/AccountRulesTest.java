package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.EndReason;
import postern.access.GrantId;
import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;

import java.time.Duration;
import java.util.Map;

/** Rule E11: a person sees what acts in their name, ends it, and reaches nobody else's. */
class AccountRulesTest {
    private TestAuthorizationServer server;
    private TestClient client;

    @BeforeEach
    void start() {
        server = TestAuthorizationServer.start();
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** The first form with this button. */
    static Form form(Page page, String action) {
        return page.forms().stream()
                .filter(form -> form.buttons().stream().anyMatch(b -> b.value().equals(action)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + action + " on " + page.text()));
    }

    static long count(Page page, String action) {
        return page.forms().stream()
                .filter(form -> form.buttons().stream().anyMatch(b -> b.value().equals(action)))
                .count();
    }

    private Walk signedIn(String name) {
        var walk = new Walk(client);
        Page sent = walk.submit(walk.open("/account").form(), Map.of(), "sign-in");
        Page page = walk.follow(walk.signIn(sent, name));
        assertTrue(page.text().contains("signed in as " + name), page::text);
        return walk;
    }

    private static String cookie(Walk walk, String prefix) {
        return walk.browser.cookies().all().stream()
                .filter(cookie -> cookie.name().startsWith(prefix))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .findFirst()
                .orElse("");
    }

    private static String account(Walk walk) {
        return cookie(walk, "postern-account-");
    }

    private GrantId grantOf(Walk.Issued issued) {
        return server.parts
                .tokenCheck()
                .check(issued.accessToken(), server.resource())
                .orElseThrow()
                .principal()
                .grant();
    }

    @Test
    @DisplayName("E11: grants with what runs are listed, and a revoked one is over at once")
    void list_and_revoke() {
        Walk.Issued kept = new Walk(client).tokens();
        Walk.Issued revoked = new Walk(client).tokens("scope", "mcp:read");
        server.live.begin(grantOf(revoked), "handle-1");
        Walk walk = signedIn("ada");
        Page page = walk.open("/account");
        assertEquals(2, count(page, "revoke"));
        for (String words :
                new String[] {
                    "Test client",
                    "checked by nobody",
                    "a program on this computer",
                    server.resource().replace("http://", ""),
                    "whoami: begun 5 minutes ago, last used 1 minute ago",
                    "1 March 2026"
                }) {
            assertTrue(page.text().contains(words), words + ": " + page.text());
        }
        Page ended = walk.submit(form(page, "end"), Map.of(), "end");
        assertEquals("/account", ended.location().getPath());
        assertEquals(0, count(walk.open("/account"), "end"));
        assertTrue(server.accepts(revoked.accessToken()), "its client may begin another one");
        Map<String, String> named = Map.of("grant", grantOf(revoked).value());
        assertEquals(303, walk.submit(form(page, "revoke"), named, "revoke").status());
        assertFalse(server.accepts(revoked.accessToken()));
        assertTrue(server.accepts(kept.accessToken()));
        assertEquals(1, count(walk.open("/account"), "revoke"));
        walk.submit(form(page, "revoke-all"), Map.of(), "revoke-all");
        assertFalse(server.accepts(kept.accessToken()));
    }

    @Test
    @DisplayName("what ended in the last 30 days is shown with why, to its person only")
    void ended() {
        for (EndReason reason : EndReason.values()) {
            new Walk(client).tokens();
            endAllOf("ada", reason);
            server.clock().relaxLimits();
        }
        Walk walk = signedIn("ada");
        Page page = walk.open("/account");
        assertEquals(0, count(page, "revoke"));
        for (String words :
                new String[] {
                    "Access that has ended",
                    "Test client",
                    "new keys to your account, and they got lost",
                    "you took this server's access to your account away there",
                    "No program used it for so long",
                    "You took it away on this page.",
                    "Whoever runs this server took it away.",
                    "connect from the program once more and sign in again",
                    "1 March 2026, less than a minute ago"
                }) {
            assertTrue(page.text().contains(words), words + ": " + page.text());
        }
        assertFalse(page.text().contains("You did not confirm it"), "it never came to be");
        assertFalse(signedIn("eve").open("/account").text().contains("has ended"));
        server.clock().advance(Duration.ofDays(31));
        assertFalse(signedIn("ada").open("/account").text().contains("has ended"));
    }

    @Test
    @DisplayName("however many have ended, the latest twenty are shown")
    void ended_many() {
        for (int i = 0; i < 25; i++) {
            new Walk(client).tokens();
            endAllOf("ada", i < 5 ? EndReason.RESTORED : EndReason.MADE_ROOM);
            server.clock().advance(Duration.ofMinutes(1));
            server.clock().relaxLimits();
        }
        String text = signedIn("ada").open("/account").text();
        assertEquals(20, text.split("You had as many as anybody may have", -1).length - 1, text);
        assertFalse(text.contains("set back to an earlier state"), text);
    }

    private void endAllOf(String login, EndReason reason) {
        server.parts
                .database()
                .write(tx -> {
                    long person =
                            tx.first(
                                            "select id from person where login = ?",
                                            row -> row.getLong(1),
                                            login)
                                    .orElseThrow();
                    return server.parts
                            .grants()
                            .endAllOf(tx, person, reason, server.clock().instant());
                });
    }

    @Test
    @DisplayName("E11: nobody touches another person's grants, sessions and approvals")
    void another_persons() {
        TestClient web = server.client(Kind.PUBLIC, TestClient.WEB);
        var owner = new Walk(web);
        Page sent = owner.submit(owner.consentPage().form(), Map.of("remember", "yes"), "allow");
        owner.follow(owner.signIn(sent, "ada"));
        Walk.Issued hers = new Walk(client).tokens();
        server.live.begin(grantOf(hers), "handle-2");
        String approval = form(owner.open("/account"), "forget").value("approval").orElseThrow();
        Walk eve = signedIn("eve");
        Form form = form(eve.open("/account"), "sign-out");
        assertFalse(eve.open("/account").body().contains(grantOf(hers).value()));
        Map<String, String> aims =
                Map.of("grant", grantOf(hers).value(), "session", "handle-2", "approval", approval);
        for (String action : new String[] {"revoke", "end", "forget", "revoke-all"}) {
            RawAnswer answer =
                    post(
                            eve,
                            form,
                            Wire.encode(
                                    "action", action,
                                    "grant", aims.get("grant"),
                                    "session", aims.get("session"),
                                    "approval", aims.get("approval")));
            assertEquals(303, answer.status(), action);
        }
        assertTrue(server.accepts(hers.accessToken()));
        assertEquals(1, server.live.of(grantOf(hers)).size());
        assertEquals(1, count(owner.open("/account"), "forget"));
    }

    private RawAnswer post(Walk walk, Form form, String fields, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Cookie";
        all[1] = account(walk) + "; " + cookie(walk, "postern-" + server.issuer().getPort());
        System.arraycopy(headers, 0, all, 2, headers.length);
        String token = Wire.encode("form_token", form.value("form_token").orElseThrow());
        return server.wire.formBody("/account", token + "&" + fields, all);
    }

    @ParameterizedTest(name = "E6: {0}: {1} -> {2}")
    @CsvSource({
        "Origin, https://evil.example, 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Sec-Fetch-Site, same-origin, 303"
    })
    void cross_site(String header, String value, int status) {
        Walk walk = signedIn("ada");
        Form form = form(walk.open("/account"), "sign-out");
        RawAnswer answer = post(walk, form, "action=revoke-all", header, value);
        assertEquals(status, answer.status());
    }

    @Test
    @DisplayName("E4: a form works for its own session only, and GET changes nothing")
    void form_token() {
        Walk.Issued issued = new Walk(client).tokens();
        Walk walk = signedIn("ada");
        Walk sameInAnotherBrowser = signedIn("ada");
        Form foreign = form(sameInAnotherBrowser.open("/account"), "revoke-all");
        assertEquals(403, post(walk, foreign, "action=revoke-all").status());
        Form own = form(walk.open("/account"), "revoke-all");
        Map<String, String> without = Map.of("form_token", "");
        assertEquals(403, walk.submit(own, without, "revoke-all").status());
        var signedOut = new Walk(client);
        String signInToken = signedOut.open("/account").form().value("form_token").orElseThrow();
        Map<String, String> other = Map.of("form_token", signInToken);
        assertEquals(403, walk.submit(own, other, "revoke-all").status());
        assertEquals(403, signedOut.submit(own, Map.of(), "revoke-all").status());
        walk.open(
                "/account?"
                        + Wire.encode(
                                "action",
                                "revoke-all",
                                "form_token",
                                own.value("form_token").orElseThrow()));
        assertEquals(400, post(walk, own, "action=dance").status());
        assertTrue(server.accepts(issued.accessToken()));
        assertEquals(303, walk.submit(own, Map.of(), "revoke-all").status());
        assertFalse(server.accepts(issued.accessToken()));
    }

    @Test
    @DisplayName("E5 P5: the cookie is HttpOnly, for this host, and no bearer token")
    void cookie_of_the_session() {
        var walk = new Walk(client);
        Page back = walk.open(callback(walk, "ada"));
        String set =
                back.answer().headers().allValues("Set-Cookie").stream()
                        .filter(value -> value.startsWith("postern-account-"))
                        .findFirst()
                        .orElseThrow();
        String name = "postern-account-" + server.issuer().getPort() + "=";
        assertTrue(
                set.matches(
                        name + "[A-Za-z0-9_-]{43}; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax"),
                set);
        String value = set.substring(name.length()).split(";")[0];
        RawAnswer asBearer = server.wire.get("/account", "Authorization", "Bearer " + value);
        assertTrue(asBearer.body().contains("Sign in with"));
        assertFalse(server.accepts(value));
        String stored =
                server.parts
                        .database()
                        .read(tx ->
                                tx.all(
                                                "select hex(id_hash) from account_session",
                                                row -> row.getString(1))
                                        .toString());
        assertFalse(stored.contains(value));
    }

    private String callback(Walk walk, String name) {
        Page sent = walk.submit(walk.open("/account").form(), Map.of(), "sign-in");
        var callback = walk.signIn(sent, name).location();
        return callback.getRawPath() + "?" + callback.getRawQuery();
    }

    @Test
    @DisplayName("session fixation: each sign-in gives a new id, and ends what the browser had")
    void new_id_at_each_sign_in() {
        Walk walk = signedIn("ada");
        String first = account(walk);
        walk.code();
        String second = account(walk);
        assertNotEquals(first, second);
        assertTrue(server.wire.get("/account", "Cookie", first).body().contains("Sign in with"));
        assertTrue(server.wire.get("/account", "Cookie", second).body().contains("signed in as"));
        String planted = first.split("=")[0] + "=" + "A".repeat(43);
        assertTrue(server.wire.get("/account", "Cookie", planted).body().contains("Sign in with"));
        String two = second + "; " + planted;
        assertTrue(server.wire.get("/account", "Cookie", two).body().contains("Sign in with"));
    }

    @Test
    @DisplayName("F1 F2: the way back works in the browser that began it, once, within ten minutes")
    void bound_to_the_browser() {
        var thief = new Walk(client);
        String callback = callback(thief, "eve");
        var victim = new Walk(client);
        victim.open("/account");
        assertEquals(400, victim.open(callback).status());
        assertTrue(victim.open("/account").text().contains("Sign in with"));
        assertEquals(303, thief.open(callback).status());
        assertEquals(400, thief.open(callback).status());
        thief = new Walk(client);
        String late = callback(thief, "eve");
        server.clock().advance(Duration.ofMinutes(10).plusSeconds(1));
        assertEquals(400, thief.open(late).status());
        String denied = callback(thief, "eve").replaceFirst("code=[^&]*", "error=access_denied");
        Page page = thief.open(denied);
        assertEquals(400, page.status());
        assertTrue(page.text().contains("not signed in"), page::text);
    }

    @Test
    @DisplayName("a session is over after twelve hours, and ten browsers are enough for a person")
    void bounded() {
        Walk walk = signedIn("ada");
        server.clock().advance(Duration.ofHours(12).minusSeconds(1));
        assertTrue(walk.open("/account").text().contains("signed in as"));
        server.clock().advance(Duration.ofSeconds(1));
        assertTrue(walk.open("/account").text().contains("Sign in with"));
        Walk oldest = signedIn("ada");
        for (int i = 0; i < 9; i++) {
            server.clock().advance(Duration.ofSeconds(1));
            signedIn("ada");
        }
        assertTrue(oldest.open("/account").text().contains("signed in as"));
        server.clock().advance(Duration.ofSeconds(1));
        signedIn("ada");
        assertTrue(oldest.open("/account").text().contains("Sign in with"));
        server.clock().advance(Duration.ofHours(13));
        server.forget();
        long left =
                server.parts
                        .database()
                        .read(tx ->
                                tx.first(
                                                "select count(*) from account_session",
                                                row -> row.getLong(1))
                                        .orElseThrow());
        assertEquals(0, left);
    }

    @Test
    @DisplayName("D22: no cache keeps the page, nobody frames it, and after sign-out it is gone")
    void not_cached() {
        Walk walk = signedIn("ada");
        Page page = walk.open("/account");
        assertEquals("no-store", page.header("Cache-Control"));
        assertEquals("DENY", page.header("X-Frame-Options"));
        assertTrue(page.header("Content-Security-Policy").endsWith("; form-action 'self'"));
        String before = account(walk);
        walk.submit(form(page, "sign-out"), Map.of(), "sign-out");
        assertEquals("", account(walk));
        assertTrue(server.wire.get("/account", "Cookie", before).body().contains("Sign in with"));
        assertEquals(403, walk.submit(form(page, "sign-out"), Map.of(), "sign-out").status());
    }
}
