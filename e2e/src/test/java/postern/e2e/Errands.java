package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.http.RawAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.oauth.Discovery;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;
import postern.testkit.oauth.Tokens;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One client and the browser of one person, a step of the dance at a time. */
final class Errands implements AutoCloseable {
    private static final String REDIRECT = "http://127.0.0.1:3456/callback";
    private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

    private final Installation installation;
    private final String login;
    private final OAuthClient oauth = OAuthClient.create();
    private final Browser browser = Browser.open();
    private final Discovery discovery;
    private final RegisteredClient client;

    Errands(Installation installation, String login) throws IOException {
        this.installation = installation;
        this.login = login;
        discovery = oauth.discover(installation.endpoint());
        client = oauth.register(discovery, "errands " + Pkce.randomText(), REDIRECT);
    }

    /** An authorization request with the verifier that belongs to it. */
    record Asked(Pkce pkce, URI address) {}

    /** A code that was not redeemed. */
    record Code(Pkce pkce, String text) {}

    Asked ask() {
        Pkce pkce = Pkce.create();
        return new Asked(pkce, oauth.authorizeUrl(discovery, client, pkce, "state", Map.of()));
    }

    Page consentPage(Asked asked) throws IOException {
        return browser.get(asked.address());
    }

    Page allow(Page consent) throws IOException {
        return browser.submit(consent.form("/oauth/consent"), "allow");
    }

    /** Through the forge up to the address of our callback, which is not requested. */
    URI callbackOf(Page allowed) throws IOException {
        String callback = installation.publicUrl() + "/oauth/callback";
        return new ForgejoPerson(browser, login, "password").walkTo(allowed, callback);
    }

    Page open(URI address) throws IOException {
        return browser.get(address);
    }

    Code newCode() throws IOException {
        Asked asked = ask();
        return codeOf(asked, open(callbackOf(allow(consentPage(asked)))));
    }

    Code codeOf(Asked asked, Page returned) {
        Matcher code = CODE.matcher(returned.location().toString());
        if (!code.find()) throw new AssertionError("no code in " + returned.location());
        return new Code(asked.pkce(), URLDecoder.decode(code.group(1), StandardCharsets.UTF_8));
    }

    RawAnswer redeem(Code code) throws IOException {
        return oauth.exchange(discovery, client, code.pkce(), code.text(), Map.of());
    }

    Tokens newTokens() throws IOException {
        return Tokens.of(redeem(newCode()));
    }

    RawAnswer refresh(String refreshToken) throws IOException {
        return oauth.refresh(discovery, client, refreshToken, Map.of());
    }

    RawAnswer revoke(String token) throws IOException {
        return oauth.revoke(discovery, client, token);
    }

    RawAnswer register(String name) throws IOException {
        return oauth.register(
                discovery.endpoint("registration_endpoint"),
                """
                {"client_name":"%s","redirect_uris":["%s"],"token_endpoint_auth_method":"none"}
                """
                        .formatted(name, REDIRECT));
    }

    /** Whether a bearer token is taken at the MCP endpoint. */
    boolean isTaken(String accessToken) throws IOException {
        try (McpClient session = McpClient.of(installation.endpoint(), accessToken)) {
            return session.initialize(SignedIn.VERSION).status() == 200;
        }
    }

    void assertWorks(Tokens tokens) throws IOException {
        assertTrue(isTaken(tokens.accessToken()), "the access token is taken");
        RawAnswer next = refresh(tokens.refreshToken());
        assertEquals(200, next.status(), next::toString);
        assertNotEquals(tokens.refreshToken(), Tokens.of(next).refreshToken());
    }

    void assertInvalidGrant(RawAnswer answer) {
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("invalid_grant", answer.json().path("error").asText(), answer::toString);
    }

    @Override
    public void close() {
        browser.close();
        oauth.close();
    }
}
