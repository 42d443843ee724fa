package postern.e2e.rules;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.http.Clients;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A person's browser: its cookies of the program are kept here, where a rule can look at them; the
 * forge is visited with the kit's browser.
 */
final class Visitor {
    static final String PASSWORD = "password";
    private static final HttpClient SHARED = Clients.create();

    private final Site site;
    private final String login;
    private final Wire wire;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private final List<String> setCookies = new ArrayList<>();
    private final Browser atForge = Browser.open(SHARED, InstantSource.system());

    private Visitor(Site site, String login) {
        this.site = site;
        this.login = login;
        this.wire = site.wire();
    }

    static Visitor at(Site site, String login) {
        return new Visitor(site, login);
    }

    String login() {
        return login;
    }

    /** Every Set-Cookie that came, as it came. */
    synchronized List<String> setCookies() {
        return List.copyOf(setCookies);
    }

    Answer get(String target, String... headers) throws IOException {
        return keep(wire.get(target, withCookies(headers)));
    }

    /** A form of the program's own page, as browsers send it from a page without a referrer. */
    Answer post(String target, Params form) throws IOException {
        return post(target, form, "Origin", "null", "Sec-Fetch-Site", "same-origin");
    }

    Answer post(String target, Params form, String... headers) throws IOException {
        return keep(wire.post(target, form, withCookies(headers)));
    }

    Answer send(String method, String target, String... headers) throws IOException {
        return keep(wire.send(method, target, "", withCookies(headers)));
    }

    private synchronized String[] withCookies(String... headers) {
        if (cookies.isEmpty()) return headers;
        var all = new ArrayList<>(List.of(headers));
        String field =
                cookies.entrySet().stream()
                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                        .collect(Collectors.joining("; "));
        all.addAll(List.of("Cookie", field));
        return all.toArray(String[]::new);
    }

    private synchronized Answer keep(Answer answer) {
        for (String field : answer.all("Set-Cookie")) {
            setCookies.add(field);
            String[] pair = field.split(";", 2)[0].split("=", 2);
            if (field.contains("Max-Age=0")) cookies.remove(pair[0]);
            else cookies.put(pair[0], pair[1]);
        }
        return answer;
    }

    /** Signs in and agrees at the forge; the way back is returned and not gone. */
    URI signIn(String forgeAddress) throws IOException {
        Page first = atForge.get(forgeAddress);
        return new ForgejoPerson(atForge, login, PASSWORD)
                .walkTo(first, site.issuer() + "/oauth/callback");
    }
}
