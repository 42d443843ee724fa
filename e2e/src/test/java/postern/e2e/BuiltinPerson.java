package postern.e2e;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Discovery;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;
import postern.testkit.oauth.Tokens;
import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody who connects a client to a server with the built-in sign-in. */
record BuiltinPerson(Discovery discovery, RegisteredClient client, Tokens tokens) {
    private static final String REDIRECT = "http://127.0.0.1:33418/callback";
    private static final Pattern CODE =
            Pattern.compile("sign-in code[^A-Z0-9]*([A-Z0-9]{5}-[A-Z0-9]{5})");

    /** The code that the server printed when it was ready. */
    static String printedCode(PosternProcess server) {
        Matcher code = CODE.matcher(server.stdout());
        if (!code.find()) throw new AssertionError("no sign-in code in: " + server.stdout());
        return code.group(1);
    }

    static BuiltinPerson connect(URI endpoint, String signInCode) throws IOException {
        try (OAuthClient oauth = OAuthClient.create()) {
            RegisteredClient client = oauth.register(oauth.discover(endpoint), "e2e", REDIRECT);
            return connect(endpoint, signInCode, client);
        }
    }

    /** With a client that the server knows or can find. */
    static BuiltinPerson connect(URI endpoint, String signInCode, RegisteredClient client)
            throws IOException {
        try (OAuthClient oauth = OAuthClient.create();
                Browser browser = Browser.open()) {
            Discovery discovery = oauth.discover(endpoint);
            Pkce pkce = Pkce.create();
            URI authorize = oauth.authorizeUrl(discovery, client, pkce, "s", Map.of());
            Page consent = browser.visit(authorize.toString());
            Page signIn = browser.follow(browser.submit(consent.form(), "allow"));
            Page done = browser.submit(signIn.form(), Map.of("code", signInCode));
            URI back = browser.followTo(done, client.redirectUri());
            RawAnswer answer = oauth.exchange(discovery, client, pkce, code(back), Map.of());
            return new BuiltinPerson(discovery, client, Tokens.of(answer));
        }
    }

    private static String code(URI back) {
        Matcher code = Pattern.compile("(?:^|&)code=([^&]+)").matcher(back.getRawQuery());
        if (!code.find()) throw new AssertionError("no code in " + back);
        return code.group(1);
    }
}
