package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;

import java.time.Duration;
import java.util.Map;

/** Rules D22, E4 to E6, F1 and F2: who is signed in at the account page, and for how long. */
class AccountSessionRulesTest extends AccountBench {
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
