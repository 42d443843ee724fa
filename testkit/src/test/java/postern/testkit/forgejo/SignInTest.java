package postern.testkit.forgejo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static postern.testkit.forgejo.ForgejoWalk.CALLBACK;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Sign-in, authorize and consent pages; sections A2, A3 and A14.6. */
class SignInTest {
    private final ForgejoWalk walk;

    SignInTest() throws IOException {
        walk = new ForgejoWalk();
    }

    @AfterEach
    void close() {
        walk.close();
    }

    @Test
    void A2_without_a_session_the_sign_in_page_comes_first_and_leads_back() throws IOException {
        Page start = walk.browser.get(walk.authorizeUrl(walk.app));
        assertEquals(303, start.status());
        assertEquals("/user/login", start.location().getPath());
        Page login = walk.browser.follow(start);
        Page signedIn =
                walk.browser.submit(
                        login.form(), Map.of("user_name", "alice", "password", "alice-password"));
        assertEquals("/login/oauth/authorize", signedIn.location().getPath());
        Form consent = walk.browser.follow(signedIn).form();
        assertEquals("/login/oauth/grant", consent.action().getPath());
        assertEquals("Authorize Application", consent.button("authorize-app").text());
    }

    @Test
    void A14_a_wrong_password_shows_the_form_again() throws IOException {
        Page login = walk.browser.visit(walk.forge.address() + "user/login");
        Page again =
                walk.browser.submit(login.form(), Map.of("user_name", "alice", "password", "no"));
        assertEquals(200, again.status());
        assertTrue(again.text().contains("Username or password is incorrect."));
        assertEquals("alice", again.form().value("user_name").orElseThrow());
    }

    @Test
    void A2_consent_given_redirects_with_code_and_state() throws IOException {
        Map<String, String> answer = walk.walk(walk.browser, "alice", walk.authorizeUrl(walk.app));
        assertTrue(answer.get("code").matches("gta_[a-z2-7]{52}"));
        assertEquals("st", answer.get("state"));
    }

    @Test
    void A2_consent_denied_redirects_with_access_denied() throws IOException {
        Page login = walk.browser.visit(walk.authorizeUrl(walk.app));
        Page signedIn =
                walk.browser.submit(
                        login.form(), Map.of("user_name", "alice", "password", "alice-password"));
        Page denied = walk.browser.submit(walk.browser.follow(signedIn).form(), "Cancel");
        assertEquals(
                CALLBACK + "?error=access_denied&error_description=the+request+is+denied&state=st",
                denied.location().toString());
    }

    @Test
    void A2_a_confidential_client_with_a_grant_gets_a_silent_code_and_keeps_its_scope()
            throws IOException {
        walk.walk(walk.browser, "alice", walk.authorizeUrl(walk.app, "scope", "read:user"));
        Page second = walk.browser.get(walk.authorizeUrl(walk.app, "scope", "write:issue"));
        assertTrue(second.location().toString().startsWith(CALLBACK + "?code=gta_"));
        assertEquals(
                "read:user", walk.forge.grantScope("alice", walk.app.clientId()).orElseThrow());
    }

    @Test
    void A2_a_public_client_asks_every_time_and_refuses_another_scope() throws IOException {
        DoubleApp app = walk.forge.registerApp("cli", List.of(CALLBACK), false);
        walk.walk(walk.browser, "alice", walk.authorizeUrl(app, "scope", "read:user"));
        Map<String, String> second =
                walk.walk(walk.browser, "alice", walk.authorizeUrl(app, "scope", "read:issue"));
        assertEquals("server_error", second.get("error"));
        assertEquals("a grant exists with different scope", second.get("error_description"));
    }

    @ParameterizedTest(name = "A2: {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    not code       | response_type         | token | unsupported_response_type
                    method unknown | code_challenge_method | S512  | invalid_request
                    """)
    void A2_errors_after_the_client_is_known_are_redirected(
            String when, String name, String value, String error) throws IOException {
        assertFalse(when.isEmpty());
        Map<String, String> answer =
                walk.walk(walk.browser, "alice", walk.authorizeUrl(walk.app, name, value));
        assertEquals(error, answer.get("error"));
        assertEquals("st", answer.get("state"));
    }

    @ParameterizedTest(name = "A2: {0} = {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    client_id    | nope                | Client ID not registered
                    redirect_uri | http://evil.example | Unregistered Redirect URI
                    """)
    void A2_errors_about_client_and_redirect_uri_stay_on_a_page(
            String name, String value, String text) throws IOException {
        walk.walk(walk.browser, "alice", walk.authorizeUrl(walk.app));
        Page page = walk.browser.get(walk.authorizeUrl(walk.app, name, value));
        assertEquals(400, page.status());
        assertTrue(page.text().contains(text));
    }

    @Test
    void A2_two_tabs_share_one_slot_so_the_first_consent_fails() throws IOException {
        walk.walk(walk.browser, "alice", walk.authorizeUrl(walk.app));
        walk.forge.revokeGrant("alice", walk.app.clientId());
        Page first = walk.browser.get(walk.authorizeUrl(walk.app, "state", "tab-1"));
        Page second = walk.browser.get(walk.authorizeUrl(walk.app, "state", "tab-2"));
        assertEquals(400, walk.browser.submit(first.form(), "authorize-app").status());
        assertEquals(303, walk.browser.submit(second.form(), "authorize-app").status());
    }

    @Test
    void A14_a_consent_posted_from_another_site_is_refused() throws IOException {
        walk.walk(walk.browser, "alice", walk.authorizeUrl(walk.app));
        walk.forge.revokeGrant("alice", walk.app.clientId());
        Page page = walk.browser.get(walk.authorizeUrl(walk.app));
        String session = walk.browser.cookies().all().getFirst().value();
        RawAnswer forged =
                walk.postForm(
                        "login/oauth/grant",
                        Map.of("client_id", walk.app.clientId(), "granted", "true"),
                        "Cookie",
                        "session=" + session,
                        "Sec-Fetch-Site",
                        "cross-site");
        assertEquals(200, page.status());
        assertEquals(403, forged.status());
    }

    @Test
    void A7_a_disabled_person_cannot_sign_in() throws IOException {
        walk.forge.disableUser("bob");
        Page login = walk.browser.visit(walk.forge.address() + "user/login");
        Page page =
                walk.browser.submit(
                        login.form(), Map.of("user_name", "bob", "password", "bob-password"));
        assertEquals(200, page.status());
        assertTrue(page.text().contains("prohibited from signing in"));
    }

    @ParameterizedTest(name = "A3: {0} against http://127.0.0.1/cb, confidential {1}: {2}")
    @CsvSource({
        "http://127.0.0.1/cb, true, true",
        "http://127.0.0.1/CB/, true, true",
        "http://127.0.0.1:7000/cb, true, false",
        "http://127.0.0.1:7000/cb, false, true",
        "http://localhost/cb, false, false",
        "http://127.0.0.1/cb?x=1, true, false"
    })
    void A3_redirect_uris_are_compared_as_forgejo_does(
            String presented, boolean confidential, boolean allowed) {
        List<String> registered = List.of("http://127.0.0.1/cb");
        assertEquals(allowed, RedirectUris.matches(registered, presented, confidential));
    }

    @Test
    void A1_addresses_come_from_root_url_not_from_the_request() throws IOException {
        ForgejoDoubleOptions options =
                ForgejoDoubleOptions.standard()
                        .withRootUrl(java.net.URI.create("https://git.example.org/forge/"));
        try (var other = new ForgejoWalk(options)) {
            var document = other.get(".well-known/openid-configuration").json();
            assertEquals("https://git.example.org/forge", document.path("issuer").asText());
            assertEquals(
                    "https://git.example.org/forge/login/oauth/access_token",
                    document.path("token_endpoint").asText());
            assertNotEquals(other.forge.rootUrl(), other.forge.address());
            assertEquals(404, other.get(".well-known/oauth-authorization-server").status());
        }
    }
}
