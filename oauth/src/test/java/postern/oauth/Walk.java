package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Parameters;
import postern.testkit.oauth.Pkce;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;

/** One person with one browser who lets one client in, step by step. */
public final class Walk {
    public final TestClient client;
    public final Browser browser;
    public final Pkce pkce = Pkce.create();
    private final TestAuthorizationServer server;

    public Walk(TestClient client) {
        this(client, client.server().browser());
    }

    public Walk(TestClient client, Browser browser) {
        this.client = client;
        this.browser = browser;
        this.server = client.server();
    }

    /** What the token endpoint gave. */
    public record Issued(Walk walk, String accessToken, String refreshToken) {
        public RawAnswer refresh(String... changes) {
            return walk.client.refresh(refreshToken, changes);
        }
    }

    public Page open(String target) {
        try {
            return browser.get(server.issuer() + target);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Page consentPage(String... changes) {
        Page page = open(client.authorize(pkce, changes));
        assertEquals(200, page.status(), page::toString);
        return page;
    }

    public Page submit(Form form, Map<String, String> fields, String button) {
        try {
            return browser.submit(form, fields, button);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Page allow(Page consent) {
        return submit(consent.form(), Map.of(), "allow");
    }

    /**
     * From the answer to "Allow" through the built-in sign-in; the callback is not requested yet.
     */
    public Page signIn(Page afterAllow, String name) {
        try {
            Page form = browser.follow(afterAllow);
            String code = server.signInCode(name);
            return browser.submit(form.form("/sign-in"), Map.of("code", code));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Page follow(Page redirect) {
        try {
            return browser.followUntil(
                    redirect, location -> !location.toString().startsWith(server.issuer() + "/"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The whole way of the browser; the address at the client, which nobody requests. */
    public URI answer(String... changes) {
        return follow(signIn(allow(consentPage(changes)), "ada")).location();
    }

    public String code(String... changes) {
        String code = Parameters.ofQuery(answer(changes)).get("code");
        if (code == null) throw new IllegalStateException("no code");
        return code;
    }

    /** The way of somebody whose approval is remembered. */
    public Issued tokensUnasked() {
        Page back = follow(signIn(open(client.authorize(pkce)), "ada"));
        return issued(client.redeem(Parameters.ofQuery(back.location()).get("code"), pkce));
    }

    public Issued tokens(String... changes) {
        return issued(client.redeem(code(changes), pkce));
    }

    public Issued issued(RawAnswer answer) {
        assertEquals(200, answer.status(), answer::toString);
        return new Issued(
                this,
                answer.json().path("access_token").asText(),
                answer.json().path("refresh_token").asText());
    }
}
