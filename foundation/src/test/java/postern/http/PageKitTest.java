package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Pages, and everything that goes into an answer's header. */
class PageKitTest {
    private static final String CANARY = "<script>alert('1')</script>\"'`&\u202e\u0000";

    private final PageKit pages = new PageKit();

    private static Map<String, String> fields(Response page) {
        return page.headers().stream()
                .collect(Collectors.toMap(Response.Header::name, Response.Header::value));
    }

    private static String body(Response page) {
        return new String(page.body(), StandardCharsets.UTF_8);
    }

    @Test
    void D22_every_page_carries_the_protective_fields() throws Exception {
        Response page = pages.page(400, "Title", Html.text("text"), Optional.empty());
        Map<String, String> fields = fields(page);
        assertEquals(400, page.status());
        assertEquals("no-store", fields.get("Cache-Control"));
        assertEquals("no-referrer", fields.get("Referrer-Policy"));
        assertEquals("DENY", fields.get("X-Frame-Options"));
        assertEquals("nosniff", fields.get("X-Content-Type-Options"));
        String policy = fields.get("Content-Security-Policy");
        for (String part :
                List.of("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")) {
            assertTrue(policy.contains(part), policy);
        }
        String html = body(page);
        int from = html.indexOf("<style>") + 7;
        String style = html.substring(from, html.indexOf("</style>"));
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
        String hash = Base64.getEncoder().encodeToString(digest);
        assertTrue(policy.contains("style-src 'sha256-" + hash + "'"), "the style applies");
        assertTrue(html.contains("name=\"viewport\"") && html.contains("<html lang=\"en\">"));
        assertFalse(html.contains("<script"), "no page needs JavaScript");
    }

    @Test
    void D23_a_canary_is_escaped_everywhere() {
        Html content =
                Html.of("<p>{}</p><p title=\"{}\">{}</p>", CANARY, CANARY, Html.text(CANARY))
                        .and(Html.link("https://x.test/?a=\"<>".replaceAll("[\"<>]", ""), CANARY))
                        .and(Html.form("/consent", Html.hidden(CANARY, CANARY)))
                        .and(Html.button(CANARY, CANARY, CANARY))
                        .and(Html.join(List.of(Html.text(CANARY))));
        String html = body(pages.page(200, CANARY, content, Optional.empty()));
        assertFalse(html.contains("<script"), html);
        assertFalse(html.contains("alert('"), html);
        assertFalse(html.contains("\u202e"), "E12: bidi override");
        assertFalse(html.contains("\0"));
        assertTrue(
                html.contains(
                        "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&#39;&#96;&amp;"));
    }

    @Test
    void a_placeholder_in_a_text_is_not_filled() {
        assertEquals("<b>{}</b><i>x</i>", Html.of("<b>{}</b><i>{}</i>", "{}", "x").markup());
    }

    @Test
    void a_template_and_its_parts_must_match_in_number() {
        assertThrows(IllegalArgumentException.class, () -> Html.of("{}"));
        assertThrows(IllegalArgumentException.class, () -> Html.of("{}", "a", "b"));
    }

    @ParameterizedTest(name = "D23: {0} is no link")
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                " javascript:alert(1)",
                "JAVASCRIPT://x%0aalert(1)",
                "java\tscript:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "//evil.test/",
                "/\\evil.test/",
                "https://x.test/\n",
                "cursor://x",
                ""
            })
    void a_link_leads_to_the_web_or_to_us(String address) {
        assertThrows(IllegalArgumentException.class, () -> Html.link(address, "text"));
        assertThrows(IllegalArgumentException.class, () -> Html.form(address, Html.empty()));
    }

    @Test
    void E10_a_page_may_name_where_its_form_leads() {
        var extra = Optional.of("https://forge.test http://127.0.0.1:3000");
        Response page = pages.page(200, "Title", Html.empty(), extra);
        assertTrue(
                fields(page)
                        .get("Content-Security-Policy")
                        .endsWith("form-action 'self' https://forge.test http://127.0.0.1:3000"));
    }

    @ParameterizedTest(name = "E10: {0} cannot change the policy")
    @ValueSource(
            strings = {"https://x; script-src *", "'unsafe-inline'", "https://x,y", "*", "x\r\ny"})
    void a_form_action_is_a_plain_source(String source) {
        assertThrows(
                IllegalArgumentException.class,
                () -> pages.page(200, "Title", Html.empty(), Optional.of(source)));
    }

    @ParameterizedTest(name = "D23: header value {0} is refused")
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\rb", "a\0b", "a\tb", "a\u007fb", "é", "a\u2028b"})
    void a_header_value_cannot_split_the_header(String value) {
        Response answer = Response.empty(204);
        assertThrows(IllegalArgumentException.class, () -> answer.with("X-Test", value));
        assertThrows(IllegalArgumentException.class, () -> Response.seeOther("https://x/" + value));
    }

    @ParameterizedTest(name = "header name {0} is refused")
    @ValueSource(strings = {"", "a b", "a:", "a\r\n", "é"})
    void a_header_name_is_a_token(String name) {
        assertThrows(IllegalArgumentException.class, () -> Response.empty(204).with(name, "value"));
    }

    @Test
    void D21_a_redirect_is_303_and_not_stored() {
        Response answer = Response.seeOther("https://client.test/cb?code=x&state=%25");
        assertEquals(303, answer.status());
        assertEquals("https://client.test/cb?code=x&state=%25", fields(answer).get("Location"));
        assertEquals("no-store", fields(answer).get("Cache-Control"));
    }
}
