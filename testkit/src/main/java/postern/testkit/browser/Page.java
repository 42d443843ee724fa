package postern.testkit.browser;

import postern.testkit.http.RawAnswer;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the browser got for one request; a redirect is a page too until it is followed.
 *
 * @param crossSite a redirect on the way here crossed sites, which later hops still tell
 * @param formRules rules of the form page that led here; they bind its redirects too
 * @param formPage the page of that form
 */
public record Page(
        RawAnswer answer, boolean crossSite, Optional<PageRules> formRules, URI formPage) {
    public URI uri() {
        return answer.uri();
    }

    public int status() {
        return answer.status();
    }

    public String header(String name) {
        return answer.header(name);
    }

    public String body() {
        return answer.body();
    }

    public boolean isRedirect() {
        return answer.status() / 100 == 3 && answer.location().isPresent();
    }

    /** Where a redirect leads. */
    public URI location() {
        return answer.location()
                .orElseThrow(() -> new IllegalStateException("no redirect: " + this));
    }

    public String title() {
        return Html.title(body());
    }

    /** The text without tags, spaces collapsed. */
    public String text() {
        return Html.text(body());
    }

    public List<Form> forms() {
        return Html.forms(body(), uri(), PageRules.of(answer.headers()));
    }

    /**
     * The only form.
     *
     * @throws IllegalStateException the page has none or several
     */
    public Form form() {
        List<Form> forms = forms();
        if (forms.size() != 1) {
            throw new IllegalStateException(forms.size() + " forms instead of one: " + this);
        }
        return forms.getFirst();
    }

    /** The first form whose action has this path, or whose id this is. */
    public Form form(String pathOrId) {
        return forms().stream()
                .filter(form ->
                        form.action().getPath().equals(pathOrId) || form.id().equals(pathOrId))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no form " + pathOrId + ": " + this));
    }

    @Override
    public String toString() {
        String to = isRedirect() ? " -> " + location() : " \"" + title() + "\" " + text();
        String what = "HTTP " + status() + " " + uri() + to;
        return what.length() > 500 ? what.substring(0, 500) + "…" : what;
    }
}
