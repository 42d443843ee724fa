package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.http.RawAnswer;
import postern.testkit.mcp.McpAnswer;
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

/** One grant: a person who agreed that one client may act, and what that client holds. */
record SignedIn(
        URI endpoint, String login, Discovery discovery, RegisteredClient client, Tokens tokens) {
    static final String VERSION = "2025-11-25";
    private static final String REDIRECT = "http://127.0.0.1:3456/callback";
    private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

    /** The whole dance with a new client and a new browser. */
    static SignedIn at(URI endpoint, String login, String password) throws IOException {
        return at(endpoint, login, password, Map.of());
    }

    /** The same with more parameters of the authorization request, such as a scope. */
    static SignedIn at(URI endpoint, String login, String password, Map<String, String> more)
            throws IOException {
        try (OAuthClient oauth = OAuthClient.create();
                Browser browser = Browser.open()) {
            Discovery discovery = oauth.discover(endpoint);
            String name = "e2e " + login + " " + Pkce.randomText().substring(0, 8);
            RegisteredClient client = oauth.register(discovery, name, REDIRECT);
            Pkce pkce = Pkce.create();
            URI authorize = oauth.authorizeUrl(discovery, client, pkce, "state", more);
            Page consent = browser.get(authorize);
            Page agreed = browser.submit(consent.form("/oauth/consent"), "allow");
            URI arrived = new ForgejoPerson(browser, login, password).walkTo(agreed, REDIRECT);
            RawAnswer answer = oauth.exchange(discovery, client, pkce, code(arrived), Map.of());
            return new SignedIn(endpoint, login, discovery, client, Tokens.of(answer));
        }
    }

    private static String code(URI arrived) {
        Matcher code = CODE.matcher(arrived.toString());
        if (!code.find()) throw new IllegalStateException("no code in " + arrived);
        return URLDecoder.decode(code.group(1), StandardCharsets.UTF_8);
    }

    /** A new session of this grant. */
    McpClient openSession() throws IOException {
        McpClient session = McpClient.of(endpoint, tokens.accessToken());
        McpAnswer answer = session.initialize(VERSION);
        assertEquals(200, answer.status(), answer::toString);
        return session;
    }

    RawAnswer revoke(String token) throws IOException {
        try (OAuthClient oauth = OAuthClient.create()) {
            return oauth.revoke(discovery, client, token);
        }
    }

    RawAnswer refresh() throws IOException {
        try (OAuthClient oauth = OAuthClient.create()) {
            return oauth.refresh(discovery, client, tokens.refreshToken(), Map.of());
        }
    }
}
