package postern.testkit.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import postern.testkit.http.Clients;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A person's browser with one profile. Nothing is followed unless asked, so a test sees each hop;
 * {@link #followTo} stops before the redirect URI of a client, where nobody listens.
 */
public final class Browser implements AutoCloseable {
    private static final int MAX_REDIRECTS = 20;

    private final HttpClient client;
    private final CookieJar cookies;

    private Browser(HttpClient client, InstantSource clock) {
        this.client = client;
        this.cookies = new CookieJar(clock);
    }

    /** A browser with an empty profile. */
    public static Browser open() {
        return open(Clients.create(), InstantSource.system());
    }

    /** A browser with its own trust in certificates or its own clock for cookies. */
    public static Browser open(HttpClient client, InstantSource clock) {
        return new Browser(client, clock);
    }

    public CookieJar cookies() {
        return cookies;
    }

    /** As if the address was typed; redirects are not followed. */
    public Page get(String address) throws IOException {
        return navigate(URI.create(address), "none");
    }

    public Page get(URI address) throws IOException {
        return navigate(address, "none");
    }

    /** As if a link on {@code from} was clicked; redirects are not followed. */
    public Page click(Page from, String link) throws IOException {
        URI target = from.uri().resolve(link);
        return navigate(target, Origins.relation(from.uri(), target));
    }

    /** Typed address, redirects followed to the first real page. */
    public Page visit(String address) throws IOException {
        return follow(get(address));
    }

    private Page navigate(URI target, String site) throws IOException {
        RawAnswer answer = send(target, request(target, site).GET());
        return new Page(answer, site.equals("cross-site"), Optional.empty(), target);
    }

    /** Follows redirects until a page is none. */
    public Page follow(Page page) throws IOException {
        return followUntil(page, location -> false);
    }

    /**
     * Follows redirects until one leads to an address that begins with {@code prefix}; that address
     * is returned and not requested.
     *
     * @throws IllegalStateException a page came that is no redirect; the text shows it
     */
    public URI followTo(Page page, String prefix) throws IOException {
        Page last = followUntil(page, location -> location.toString().startsWith(prefix));
        if (!last.isRedirect()) {
            throw new IllegalStateException("no redirect to " + prefix + ": " + last);
        }
        return last.location();
    }

    /** Follows redirects until the next one leads to an address that satisfies {@code stop}. */
    public Page followUntil(Page page, Predicate<URI> stop) throws IOException {
        Page current = page;
        for (int hop = 0; hop < MAX_REDIRECTS; hop++) {
            if (!current.isRedirect()) {
                return current;
            }
            // Before the stop: the hop back to a client is the one that such rules break.
            checkFormAction(current.formRules(), current.formPage(), current.location());
            if (stop.test(current.location())) {
                return current;
            }
            current = hop(current);
        }
        throw new IllegalStateException("more than " + MAX_REDIRECTS + " redirects: " + current);
    }

    private Page hop(Page page) throws IOException {
        URI target = page.location();
        String relation = Origins.relation(page.uri(), target);
        boolean crossSite = page.crossSite() || relation.equals("cross-site");
        HttpRequest.Builder request = request(target, crossSite ? "cross-site" : relation).GET();
        return new Page(send(target, request), crossSite, page.formRules(), page.formPage());
    }

    /** Sends the form as found, with the named button. */
    public Page submit(Form form, String button) throws IOException {
        return submit(form, Map.of(), form.button(button));
    }

    /** Sends the form with some fields filled in, by its first button if it has one. */
    public Page submit(Form form, Map<String, String> overrides) throws IOException {
        Form.Button first =
                form.buttons().isEmpty()
                        ? new Form.Button("", "", "", "")
                        : form.buttons().getFirst();
        return submit(form, overrides, first);
    }

    /** Sends the form with some fields filled in, by the named button. */
    public Page submit(Form form, Map<String, String> overrides, String button) throws IOException {
        return submit(form, overrides, form.button(button));
    }

    private Page submit(Form form, Map<String, String> overrides, Form.Button button)
            throws IOException {
        checkFormAction(Optional.of(form.rules()), form.page(), form.action());
        String site = Origins.relation(form.page(), form.action());
        String fields = encoded(values(form, overrides, button));
        boolean post = form.method().equals("POST");
        URI target = post ? form.action() : withQuery(form.action(), fields);
        HttpRequest.Builder request = request(target, site);
        if (post) {
            request.POST(HttpRequest.BodyPublishers.ofString(fields))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header(
                            "Origin",
                            form.rules().hidesOrigin() ? "null" : Origins.of(form.page()));
        }
        boolean crossSite = site.equals("cross-site");
        return new Page(send(target, request), crossSite, Optional.of(form.rules()), form.page());
    }

    private static Map<String, String> values(
            Form form, Map<String, String> overrides, Form.Button button) {
        var values = new LinkedHashMap<String, String>();
        form.fields().stream()
                .filter(Form.Field::sent)
                .forEach(field -> values.put(field.name(), field.value()));
        values.putAll(overrides);
        if (!button.name().isEmpty()) {
            values.put(button.name(), button.value());
        }
        return values;
    }

    private static String encoded(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value ->
                        URLEncoder.encode(value.getKey(), UTF_8)
                                + "="
                                + URLEncoder.encode(value.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static URI withQuery(URI action, String query) {
        return URI.create(action.toString().replaceFirst("\\?.*", "") + "?" + query);
    }

    /** Like Chrome, a form's {@code form-action} rule binds the redirects after it too. */
    private static void checkFormAction(Optional<PageRules> rules, URI page, URI target) {
        if (rules.isPresent() && !rules.get().allows(page, target)) {
            throw new IllegalStateException("form-action of " + page + " does not allow " + target);
        }
    }

    private HttpRequest.Builder request(URI target, String site) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target)
                        .timeout(Clients.PATIENCE)
                        .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
                        .header("Accept-Language", "en-US,en;q=0.5")
                        .header("User-Agent", "Mozilla/5.0 (testkit)")
                        .header("Sec-Fetch-Dest", "document")
                        .header("Sec-Fetch-Mode", "navigate")
                        .header("Sec-Fetch-Site", site)
                        .header("Sec-Fetch-User", "?1");
        String header = cookies.headerFor(target);
        return header.isEmpty() ? request : request.header("Cookie", header);
    }

    private RawAnswer send(URI target, HttpRequest.Builder request) throws IOException {
        RawAnswer answer = Clients.send(client, request.build());
        cookies.store(target, answer.headers());
        return answer;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
