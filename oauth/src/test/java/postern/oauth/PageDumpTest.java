package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.oauth.Pkce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    private static void dump(String name, Page page) throws IOException {
        Files.writeString(FOLDER.resolve(name + ".html"), page.body());
        Files.writeString(FOLDER.resolve(name + ".txt"), page.status() + "\n" + page.text() + "\n");
        assertTrue(page.title().endsWith(" · Postern"), page::title);
        assertTrue(page.body().startsWith("<!doctype html>\n<html lang=\"en\">"));
        assertTrue(page.body().contains("name=\"viewport\""));
    }
}
