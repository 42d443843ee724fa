package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.oauth.Parameters;
import postern.testkit.oauth.Pkce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes the pages that people see to target/pages, to be read, and checks their bones. */
class PageDumpTest {
    private static final Path FOLDER = Path.of("target", "pages");

    @Test
    @DisplayName("every page has a title, plain words, and a form that works without script")
    void pages_for_people() throws IOException {
        Files.createDirectories(FOLDER);
        try (var server = TestAuthorizationServer.start()) {
            TestClient local = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
            TestClient web = server.client(Kind.PUBLIC, TestClient.WEB);
            var walk = new Walk(web);
            Page consent = walk.consentPage();
            dump("consent-web", consent);
            dump("consent-loopback", new Walk(local).consentPage());
            dump("consent-reading", new Walk(web).consentPage("scope", "mcp:read"));
            dump("unknown-client", walk.open("/oauth/authorize?client_id=x"));
            dump("bad-scope-of-a-stranger", walk.open(web.authorize(Pkce.create(), "scope", "x")));
            dump("sign-in-is-over", walk.open("/oauth/callback?state=x&code=y"));
            dump("foreign-form", new Walk(web).allow(consent));
            dump("method", walk.open("/oauth/authorize?client_id=%C3%28"));
            dump("account-sign-in", new Walk(web).open("/account"));
            second(server, web);
            Form form = consent.form();
            assertEquals("POST", form.method());
            assertEquals(
                    List.of("Allow", "Deny"),
                    form.buttons().stream().map(Form.Button::text).toList());
            List<Form.Field> boxes =
                    form.fields().stream().filter(f -> f.type().equals("checkbox")).toList();
            assertEquals(2, boxes.size());
            assertTrue(consent.body().contains("<label><input type=\"checkbox\""));
        }
    }

    /** The pages of somebody who is signed in, and then is somebody else. */
    private static void second(TestAuthorizationServer server, TestClient web) throws IOException {
        var walk = new Walk(web);
        Page sent = walk.submit(walk.consentPage().form(), Map.of("remember", "yes"), "allow");
        Page back = walk.follow(walk.signIn(sent, "ada"));
        String code = Parameters.ofQuery(back.location()).get("code");
        Walk.Issued issued = walk.issued(web.redeem(code, walk.pkce));
        var caller = server.parts.tokenCheck().check(issued.accessToken(), server.resource());
        server.live.begin(caller.orElseThrow().principal().grant(), "handle");
        dump("account", walk.open("/account"));
        dump("review", walk.follow(walk.signIn(walk.open(web.authorize(walk.pkce)), "eve")));
        dump(
                "account-signed-out",
                walk.submit(
                        AccountBench.form(walk.open("/account"), "sign-out"),
                        Map.of("action", "x", "form_token", "x"),
                        "sign-out"));
    }

    private static void dump(String name, Page page) throws IOException {
        Files.writeString(FOLDER.resolve(name + ".html"), page.body());
        Files.writeString(FOLDER.resolve(name + ".txt"), page.status() + "\n" + page.text() + "\n");
        assertTrue(page.title().endsWith(" · Postern"), page::title);
        assertTrue(page.body().startsWith("<!doctype html>\n<html lang=\"en\">"));
        assertTrue(page.body().contains("name=\"viewport\""));
    }
}
