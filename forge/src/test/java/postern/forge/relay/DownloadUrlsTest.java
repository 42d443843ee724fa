package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Forgejo facts, section E: attachments are fetched from the address that the API names. */
class DownloadUrlsTest extends RelayBench {
    private static final String UUID = "0b5ac2f1-9a4b-4f0e-8a52-3d2b9b1c7d11";

    @Test
    void a_child_fetches_a_download_over_the_relay_and_its_client_sees_the_forges_address()
            throws Exception {
        Map<String, String> seen = new ConcurrentHashMap<>();
        String issue =
                "{\"html_url\":\""
                        + PUBLIC
                        + "/o/r/issues/1\", \"assets\": [{\"browser_download_url\" : \""
                        + PUBLIC
                        + "/attachments/"
                        + UUID
                        + "\"}],\"url\":\""
                        + PUBLIC
                        + "/x\"}";
        start(
                true,
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    seen.put(path, exchange.getRequestHeaders().getFirst("Authorization"));
                    if (path.startsWith("/api/")) text(exchange, 200, issue);
                    else text(exchange, 200, "{\"browser_download_url\":\"" + PUBLIC + "/mine\"}");
                });
        String told = send(request("/api/v1/repos/o/r/issues/1").GET()).body();
        String here = relay.url() + "/attachments/" + UUID;
        assertEquals(issue.replace(PUBLIC + "/attachments/" + UUID, here), told);
        HttpResponse<String> file = send(request("/attachments/" + UUID).GET());
        assertEquals(
                "{\"browser_download_url\":\"" + PUBLIC + "/mine\"}",
                file.body(),
                "a file as it is");
        assertEquals("token " + FixedAccess.ACCESS, seen.get("/attachments/" + UUID));
        assertEquals("/attachments/{}", lastPattern());
        assertEquals(issue, forClient(told));
    }

    private String lastPattern() throws InterruptedException {
        recorded();
        return recorded().pathPattern();
    }

    private String forClient(String line) {
        return new String(entry.forClient(line.getBytes(UTF_8)), UTF_8);
    }

    @Test
    void a_file_on_another_host_is_not_fetched_and_its_address_still_reaches_the_client()
            throws Exception {
        String url = "http://169.254.169.254/latest?a=1&b=\u00fc\"x";
        String json = "{\"browser_download_url\":\"" + url.replace("\"", "\\\"") + "\"}";
        start(false, exchange -> text(exchange, 200, json));
        String told = send(request("/api/v1/repos/o/r/releases/1").GET()).body();
        assertFalse(told.contains("169.254"), told);
        String path = told.replaceFirst(".*(/elsewhere/[A-Za-z0-9_-]+).*", "$1");
        HttpResponse<String> refused = send(request(path).GET());
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().contains("does not fetch"), refused.body());
        assertEquals(
                "{\"browser_download_url\":\"http://169.254.169.254/latest?a=1&b=%C3%BC%22x\"}",
                forClient(told));
    }

    @Test
    void a_json_file_of_a_repository_is_handed_on_byte_by_byte() throws Exception {
        String file = "{\"browser_download_url\":\"" + PUBLIC + "/attachments/" + UUID + "\"}";
        start(false, exchange -> text(exchange, 200, file));
        assertEquals(file, send(request("/api/v1/repos/o/r/raw/a.json").GET()).body());
    }

    @Test
    void the_client_sees_neither_dummy_token_nor_relay() throws Exception {
        start(false, RelayBench::ok);
        String said = "GET " + relay.url() + "/api/v1/x with " + dummy() + " and " + relay.url();
        assertEquals("GET " + PUBLIC + "/api/v1/x with *** and " + PUBLIC, forClient(said));
        assertEquals(relay.url() + "1/x", forClient(relay.url() + "1/x"), "another port");
        byte[] plain = "nothing of it".getBytes(UTF_8);
        assertSame(plain, entry.forClient(plain));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    {"f":"a"}                        | {"f":"<a>"}
                    {"f" : "a"}                      | {"f" : "<a>"}
                    {"f":"a\\/b\\u0026"}             | {"f":"<a/b&>"}
                    {"g":"f","h":"a"}                | {"g":"f","h":"a"}
                    {"ff":"a","xf":"a"}              | {"ff":"a","xf":"a"}
                    {"f":null,"g":"a"}               | {"f":null,"g":"a"}
                    {"f":{"f":["a"]}}                | {"f":{"f":["a"]}}
                    {"g":"\\"f\\":\\"a\\""}            | {"g":"\\"f\\":\\"a\\""}
                    ["f","f"]                        | ["f","f"]
                    {"f":"a                          | {"f":"a
                    {"f":"\\x"}                      | {"f":"\\x"}
                    no json at all "f":              | no json at all "f":
                    """)
    void exactly_the_text_of_the_field_is_changed(String json, String changed) throws IOException {
        byte[] bytes = json.getBytes(UTF_8);
        for (int piece : new int[] {1, 3, bytes.length}) {
            var out = new ByteArrayOutputStream();
            try (var stream = new JsonFieldStream(out, Map.of("f", value -> "<" + value + ">"))) {
                for (int at = 0; at < bytes.length; at += piece) {
                    stream.write(bytes, at, Math.min(piece, bytes.length - at));
                }
            }
            assertArrayEquals(changed.getBytes(UTF_8), out.toByteArray(), out.toString(UTF_8));
        }
    }

    @Test
    void a_text_longer_than_any_address_is_starred_out() throws IOException {
        String json = "{\"f\":\"" + "a\\\"".repeat(100_000) + "\",\"f\":\"b\",\"g\":\"a\"}";
        var out = new ByteArrayOutputStream();
        try (var stream = new JsonFieldStream(out, Map.of("f", value -> "c"))) {
            stream.write(json.getBytes(UTF_8));
        }
        assertEquals("{\"f\":\"***\",\"f\":\"c\",\"g\":\"a\"}", out.toString(UTF_8));
    }
}
