package postern.testkit.forgejo;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A person who signs in at the forge and approves whatever it asks. */
public record ForgejoPerson(Browser browser, String login, String password) {
    private static final int MAX_PAGES = 5;

    /**
     * Goes on from {@code start} through sign-in and consent pages of the forge until a redirect
     * leads to {@code prefix}; that address is returned and not requested.
     *
     * @throws IllegalStateException another page came; the text shows it
     */
    public URI walkTo(Page start, String prefix) throws IOException {
        Page page = start;
        for (int seen = 0; seen < MAX_PAGES; seen++) {
            page = browser.followUntil(page, location -> location.toString().startsWith(prefix));
            if (page.isRedirect()) {
                return page.location();
            }
            page = answer(page);
        }
        throw new IllegalStateException("still no redirect to " + prefix + ": " + page);
    }

    private Page answer(Page page) throws IOException {
        Optional<Form> signIn = form(page, "/user/login");
        if (signIn.isPresent()) {
            return browser.submit(signIn.get(), Map.of("user_name", login, "password", password));
        }
        Form consent =
                form(page, "/login/oauth/grant")
                        .orElseThrow(() -> new IllegalStateException("unexpected: " + page));
        return browser.submit(consent, "authorize-app");
    }

    private static Optional<Form> form(Page page, String action) {
        return page.forms().stream()
                .filter(form -> form.action().getPath().endsWith(action))
                .findFirst();
    }
}
