package postern.testkit.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The parts of a browser that sign-in flows depend on. */
class BrowserTest {
    private static final URI HTTPS = URI.create("https://a.example/oauth/consent");
    private static final URI LOOPBACK = URI.create("http://127.0.0.1:8080/oauth/consent");

    private static HttpHeaders headers(String name, String value) {
        return HttpHeaders.of(Map.of(name, List.of(value)), (key, text) -> true);
    }

    @ParameterizedTest(name = "RFC 6265bis §4.1.3, §5.7: {0} from {1} is stored: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    __Host-t=1; Secure; Path=/            | https://a.example/x   | true
                    __Host-t=1; Path=/                    | https://a.example/x   | false
                    __Host-t=1; Secure; Path=/oauth       | https://a.example/x   | false
                    __Host-t=1; Secure; Path=/; Domain=a.example | https://a.example/x | false
                    __Secure-t=1; Secure                  | https://a.example/x   | true
                    t=1; Secure; Path=/                   | http://127.0.0.1:80/x | false
                    t=1; Path=/                           | http://127.0.0.1:80/x | true
                    t=1; Domain=b.example                 | https://a.example/x   | false
                    """)
    void a_cookie_is_stored_only_if_its_rules_hold(String cookie, URI origin, boolean stored) {
        var jar = new CookieJar(() -> Instant.EPOCH);
        jar.store(origin, headers("Set-Cookie", cookie));
        assertEquals(stored ? 1 : 0, jar.all().size());
        assertEquals(stored ? 0 : 1, jar.refused().size());
    }

    @ParameterizedTest(name = "RFC 6265 §5.1.4: path {0} for {1}: {2}")
    @CsvSource({
        "/oauth, /oauth/token, true",
        "/oauth, /oauth, true",
        "/oauth, /oauthx, false",
        "/, /any, true"
    })
    void a_cookie_goes_to_its_path(String cookiePath, String path, boolean sent) {
        var jar = new CookieJar(() -> Instant.EPOCH);
        jar.store(HTTPS, headers("Set-Cookie", "t=1; Path=" + cookiePath));
        assertEquals(sent ? "t=1" : "", jar.headerFor(HTTPS.resolve(path)));
    }

    @Test
    void a_cookie_with_max_age_zero_is_deleted() {
        var jar = new CookieJar(() -> Instant.EPOCH);
        jar.store(LOOPBACK, headers("Set-Cookie", "t=1; Path=/"));
        jar.store(LOOPBACK, headers("Set-Cookie", "t=; Path=/; Max-Age=0"));
        assertTrue(jar.all().isEmpty());
    }

    @Test
    void forms_are_found_with_all_their_fields_and_buttons() {
        String html =
                """
                <!-- <form action="/no"> --><script>"<form>"</script>
                <FORM action=/send?x=1&amp;y=2 method=post><input name='a' value="1 &lt; 2">
                <input type=hidden name=h value=v><input type=checkbox name=c>
                <input type=checkbox name=d checked><select name=s><option value=1>one
                <option value=2 selected>two</select><textarea name=t>text</textarea>
                <button name=go value=yes id=ok><b>Go</b> on</button>
                <button type=button>No</button><input type=submit value=Stop></form>
                """;
        Form form = Html.forms(html, HTTPS, new PageRules(false, List.of())).getFirst();
        assertEquals("https://a.example/send?x=1&y=2", form.action().toString());
        assertEquals("POST", form.method());
        assertEquals("1 < 2", form.value("a").orElseThrow());
        assertEquals("2", form.value("s").orElseThrow());
        assertEquals("text", form.value("t").orElseThrow());
        assertEquals(
                List.of("a", "h", "d", "s", "t"),
                form.fields().stream().filter(Form.Field::sent).map(Form.Field::name).toList());
        assertEquals("yes", form.button("Go on").value());
        assertEquals("Stop", form.button("Stop").text());
        assertEquals(2, form.buttons().size());
    }

    @Test
    void form_action_binds_the_target_and_chrome_its_redirects() {
        PageRules rules =
                PageRules.of(
                        headers(
                                "Content-Security-Policy",
                                "default-src 'none'; form-action 'self' https://b.example"));
        assertTrue(rules.allows(HTTPS, URI.create("https://a.example/x")));
        assertTrue(rules.allows(HTTPS, URI.create("https://b.example/cb")));
        assertFalse(rules.allows(HTTPS, URI.create("https://c.example/")));
    }

    @ParameterizedTest(name = "Fetch metadata: {0} to {1} is {2}")
    @CsvSource({
        "https://a.example/, https://a.example:443/x, same-origin",
        "https://a.example/, https://b.a.example/, same-site",
        "http://127.0.0.1:1/, http://127.0.0.1:2/, same-site",
        "https://a.example/, https://b.example/, cross-site",
        "http://127.0.0.1:1/, http://localhost:1/, cross-site"
    })
    void sec_fetch_site_tells_the_relation(URI from, URI to, String relation) {
        assertEquals(relation, Origins.relation(from, to));
    }
}
