package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import postern.access.GrantId;
import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;

import java.util.Map;

/** A server of its own for each test of the account page, and people who are signed in there. */
abstract class AccountBench {
    TestAuthorizationServer server;
    TestClient client;

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

    Walk signedIn(String name) {
        var walk = new Walk(client);
        Page sent = walk.submit(walk.open("/account").form(), Map.of(), "sign-in");
        Page page = walk.follow(walk.signIn(sent, name));
        assertTrue(page.text().contains("signed in as " + name), page::text);
        return walk;
    }

    static String cookie(Walk walk, String prefix) {
        return walk.browser.cookies().all().stream()
                .filter(cookie -> cookie.name().startsWith(prefix))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .findFirst()
                .orElse("");
    }

    static String account(Walk walk) {
        return cookie(walk, "postern-account-");
    }

    GrantId grantOf(Walk.Issued issued) {
        return server.parts
                .tokenCheck()
                .check(issued.accessToken(), server.resource())
                .orElseThrow()
                .principal()
                .grant();
    }

    static void assertTells(Page page, String... words) {
        for (String part : words) {
            assertTrue(page.text().contains(part), part + ": " + page.text());
        }
    }

    RawAnswer post(Walk walk, Form form, String fields, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Cookie";
        all[1] = account(walk) + "; " + cookie(walk, "postern-" + server.issuer().getPort());
        System.arraycopy(headers, 0, all, 2, headers.length);
        String token = Wire.encode("form_token", form.value("form_token").orElseThrow());
        return server.wire.formBody("/account", token + "&" + fields, all);
    }
}
