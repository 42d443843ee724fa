package postern.e2e;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.oauth.Discovery;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** The packaged program with a list of who may come in, and the ways of browsers there. */
abstract class MembersBench {
    private static final String REDIRECT = "http://127.0.0.1:3456/callback";

    static Installation fixture(String allow) throws IOException, InterruptedException {
        return Installation.withFixture(
                ForgejoDoubleOptions.standard(), Map.of("POSTERN_ALLOW", allow));
    }

    /** The page that stands at the end of the way, instead of a code for the client. */
    static Page lastPage(Installation installation, String login) throws IOException {
        try (OAuthClient oauth = OAuthClient.create();
                Browser browser = Browser.open()) {
            Discovery discovery = oauth.discover(installation.endpoint());
            RegisteredClient client = oauth.register(discovery, "members", REDIRECT);
            URI authorize = oauth.authorizeUrl(discovery, client, Pkce.create(), "state", Map.of());
            Page agreed = browser.submit(browser.get(authorize).form("/oauth/consent"), "allow");
            return browser.get(back(installation, browser, agreed, login));
        }
    }

    static Page account(Installation installation, String login) throws IOException {
        try (Browser browser = Browser.open()) {
            Page page = browser.get(installation.publicUrl().resolve("/account"));
            Page sent = browser.submit(page.form(), "sign-in");
            return browser.follow(browser.get(back(installation, browser, sent, login)));
        }
    }

    private static URI back(Installation installation, Browser browser, Page sent, String login)
            throws IOException {
        String callback = installation.publicUrl() + "/oauth/callback";
        return new ForgejoPerson(browser, login, "password").walkTo(sent, callback);
    }
}
