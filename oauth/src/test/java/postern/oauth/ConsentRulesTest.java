package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.http.Cookies;
import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Parameters;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Rules E1 to E9: a person decides, in the browser that was asked, once. */
class ConsentRulesTest {
    private static TestAuthorizationServer server;
    private static TestClient client;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("E1: the same browser is asked again, each time, before any sign-in")
    void asked_each_time() {
        var first = new Walk(client);
        first.tokens();
        var second = new Walk(client, first.browser);
        assertEquals("Allow access?", second.consentPage().title().split(" · ")[0]);
    }

    @Test
    @DisplayName("E2: the page says who, that nobody checked it, for what, and where to")
    void what_the_page_says() {
        TestClient web = server.client(Kind.PUBLIC, TestClient.WEB);
        String text = new Walk(web).consentPage().text();
        assertTrue(text.contains("Test client "), text);
        assertTrue(text.contains("checked by nobody"), text);
        assertTrue(text.contains("client.example"), text);
        assertTrue(text.contains(URI.create(server.resource()).getAuthority() + "/mcp"), text);
        assertTrue(text.contains("Create, change and delete"), text);
        assertFalse(text.contains("this computer"), text);
        String local = new Walk(client).consentPage("scope", "mcp:read").text();
        assertTrue(local.contains("this computer"), local);
        assertFalse(local.contains("Create, change and delete"), local);
    }

    @Test
    @DisplayName("E2: the person may narrow the request to reading")
    void narrowing() {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        Page sent = walk.submit(consent.form(), Map.of("access", "read"), "allow");
        URI back = walk.follow(walk.signIn(sent, "ada")).location();
        RawAnswer tokens = client.redeem(Parameters.ofQuery(back).get("code"), walk.pkce);
        assertEquals("mcp:read", tokens.json().path("scope").asText());
    }

    @Test
    @DisplayName("E4: without the form token, or with that of another transaction, nothing happens")
    void form_token() {
        var walk = new Walk(client);
        Form form = walk.consentPage().form();
        Form other = walk.consentPage().form();
        String foreign = other.value("form_token").orElseThrow();
        assertEquals(403, walk.submit(form, Map.of("form_token", ""), "allow").status());
        assertEquals(403, walk.submit(form, Map.of("form_token", foreign), "allow").status());
        assertEquals(403, walk.submit(form, Map.of("transaction", ""), "allow").status());
        assertEquals(303, walk.submit(form, Map.of(), "allow").status());
    }

    @ParameterizedTest(name = "E4: the decision {0} is none")
    @ValueSource(strings = {"", "decision=", "decision=maybe", "decision=allow&decision=deny"})
    void no_decision(String decision) {
        Page consent = new Walk(client).consentPage();
        String body =
                Wire.encode(
                                "transaction", consent.form().value("transaction").orElseThrow(),
                                "form_token", consent.form().value("form_token").orElseThrow())
                        + "&"
                        + decision;
        String cookie = consent.header("Set-Cookie").split(";", 2)[0];
        assertEquals(400, server.wire.formBody("/oauth/consent", body, "Cookie", cookie).status());
    }

    @Test
    @DisplayName("E4: GET never approves")
    void get_never_approves() {
        var walk = new Walk(client);
        Form form = walk.consentPage().form();
        String query =
                Wire.encode(
                        "transaction", form.value("transaction").orElseThrow(),
                        "form_token", form.value("form_token").orElseThrow(),
                        "decision", "allow");
        Page page = walk.open("/oauth/consent?" + query);
        assertFalse(page.isRedirect());
        assertEquals(303, walk.submit(form, Map.of(), "allow").status());
    }

    @Test
    @DisplayName("E5: the cookie is for this host, and the form for this browser")
    void cookie_and_browser() {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        String cookie = consent.header("Set-Cookie");
        String name = "postern-" + server.issuer().getPort() + "=";
        assertTrue(cookie.startsWith(name), cookie);
        assertTrue(cookie.endsWith("; Path=/; HttpOnly; SameSite=Lax"), cookie);
        String secure =
                new Cookies(URI.create("https://postern.example")).set("x", Duration.ofHours(1));
        assertEquals(
                "__Host-postern=x; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax; Secure", secure);
        var stranger = new Walk(client);
        stranger.consentPage();
        assertEquals(403, stranger.submit(consent.form(), Map.of(), "allow").status());
        assertEquals(403, new Walk(client).submit(consent.form(), Map.of(), "allow").status());
    }

    @ParameterizedTest(name = "E6: {0}: {1} -> {2}")
    @CsvSource({
        "Origin, https://evil.example, 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Sec-Fetch-Site, same-origin, 303",
        "Origin, null, 303"
    })
    void cross_site(String header, String value, int status) {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        String body =
                Wire.encode(
                        "transaction", consent.form().value("transaction").orElseThrow(),
                        "form_token", consent.form().value("form_token").orElseThrow(),
                        "decision", "allow");
        String cookie = consent.header("Set-Cookie").split(";", 2)[0];
        RawAnswer answer =
                server.wire.formBody("/oauth/consent", body, "Cookie", cookie, header, value);
        assertEquals(status, answer.status());
    }

    @Test
    @DisplayName("E7: fields that are added to the form change nothing")
    void tampered_fields() {
        var walk = new Walk(client);
        Page consent = walk.consentPage("scope", "mcp:read");
        Map<String, String> fields =
                Map.of(
                        "scope", "mcp:write",
                        "access", "write",
                        "client_id", "x",
                        "redirect_uri", "https://evil.example/",
                        "code_challenge", "x",
                        "resource", "x");
        Page sent = walk.submit(consent.form(), fields, "allow");
        URI back = walk.follow(walk.signIn(sent, "ada")).location();
        assertTrue(back.toString().startsWith(TestClient.LOOPBACK));
        RawAnswer tokens = client.redeem(Parameters.ofQuery(back).get("code"), walk.pkce);
        assertEquals("mcp:read", tokens.json().path("scope").asText());
        assertTrue(server.accepts(tokens.json().path("access_token").asText()));
    }

    @Test
    @DisplayName("E8: after a no the request is over")
    void deny_is_final() {
        var walk = new Walk(client);
        Form form = walk.consentPage().form();
        Page denied = walk.submit(form, Map.of(), "deny");
        assertEquals("access_denied", Parameters.ofQuery(denied.location()).get("error"));
        assertEquals(400, walk.submit(form, Map.of(), "allow").status());
        assertEquals(400, walk.submit(form, Map.of(), "deny").status());
    }

    @Test
    @DisplayName("E9: a double click leads to one code; the first trip is worthless")
    void double_click() {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        Page first = walk.allow(consent);
        Page second = walk.allow(consent);
        assertNotEquals(first.location(), second.location());
        assertEquals(400, walk.follow(walk.signIn(first, "ada")).status());
        assertEquals(303, walk.follow(walk.signIn(second, "ada")).status());
    }

    @Test
    @DisplayName("E8: a no after a yes takes back what the client has not used")
    void deny_after_allow() {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        String lost = code(walk.follow(walk.signIn(walk.allow(consent), "ada")));
        Page denied = walk.submit(consent.form(), Map.of(), "deny");
        assertEquals("access_denied", Parameters.ofQuery(denied.location()).get("error"));
        assertEquals(400, client.redeem(lost, walk.pkce).status());
        assertEquals(400, walk.allow(consent).status(), "a no is final");
    }

    @Test
    @DisplayName("E7: a transaction that was changed in the database leads nowhere")
    void tampered_transaction() {
        for (String change :
                List.of(
                        "client_id = 'evil'",
                        "redirect_uri = 'https://evil.example/'",
                        "code_challenge = 'x'",
                        "scope = 'mcp:read mcp:write'",
                        "approved_for = 1",
                        "remember = 1")) {
            var walk = new Walk(client);
            Page consent = walk.consentPage("scope", "mcp:read");
            change(change);
            assertEquals(400, walk.allow(consent).status(), change);
            var later = new Walk(client);
            Page back = later.signIn(later.allow(later.consentPage("scope", "mcp:read")), "ada");
            change(change);
            assertEquals(400, later.follow(back).status(), change);
        }
    }

    private void change(String column) {
        server.parts
                .database()
                .write(tx -> tx.update("update authorization_transaction set " + column));
    }

    @Test
    @DisplayName("F2: the cookie of the trip is needed beside the browser's mark")
    void trip_cookie() {
        var walk = new Walk(client);
        Page allowed = walk.allow(walk.consentPage());
        assertTrue(
                allowed.answer().headers().allValues("Set-Cookie").stream()
                        .anyMatch(cookie -> cookie.contains("-trip-")));
        Page back = walk.signIn(allowed, "ada");
        walk.browser.cookies().forget("-trip-");
        assertEquals(400, walk.follow(back).status());
    }

    @Test
    @DisplayName("E9: a second click that comes when there is a code already leads to the good one")
    void late_double_click() {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        String lost = code(walk.follow(walk.signIn(walk.allow(consent), "ada")));
        String shown = code(walk.follow(walk.signIn(walk.allow(consent), "ada")));
        assertEquals(400, client.redeem(lost, walk.pkce).status());
        assertEquals(200, client.redeem(shown, walk.pkce).status());
        assertEquals(400, walk.allow(consent).status(), "the client has used it");
    }

    @Test
    @DisplayName("E9: a second click while the forge is being asked makes the first trip worthless")
    void double_click_in_between() {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        Page first = walk.signIn(walk.allow(consent), "ada");
        Page second = walk.signIn(walk.allow(consent), "ada");
        assertEquals(400, walk.follow(first).status());
        assertEquals(200, client.redeem(code(walk.follow(second)), walk.pkce).status());
    }

    private static String code(Page back) {
        return Parameters.ofQuery(back.location()).get("code");
    }

    @Test
    @DisplayName("E9: two tabs of one browser do not disturb each other")
    void two_tabs() {
        var walk = new Walk(client);
        Page one = walk.consentPage("state", "one");
        Page two = walk.consentPage("state", "two");
        Page twoBack = walk.follow(walk.signIn(walk.allow(two), "ada"));
        Page oneBack = walk.follow(walk.signIn(walk.allow(one), "ada"));
        assertEquals("one", Parameters.ofQuery(oneBack.location()).get("state"));
        assertEquals("two", Parameters.ofQuery(twoBack.location()).get("state"));
    }

    @Test
    @DisplayName("E9: after ten minutes the page is over")
    void consent_expires() {
        var walk = new Walk(client);
        Page consent = walk.consentPage();
        server.clock().advance(Duration.ofMinutes(10));
        assertEquals(303, walk.allow(consent).status());
        server.clock().advance(Duration.ofSeconds(1));
        assertEquals(400, walk.allow(consent).status());
    }
}
