package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

/** Rule C1: what is refused here is never fetched. */
class DocumentUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/client.json",
                "https://app.example:8443/a/b",
                "https://app.example/a?version=2",
                "https://xn--bcher-kva.example/%7Euser/client",
                "https://localhost/client"
            })
    void accepted(String url) {
        assertTrue(DocumentUrl.parse(url).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example/client.json",
                "HTTPS://app.example/client.json",
                "https:app.example/client.json",
                "https:///client.json",
                "https://app.example",
                "https://app.example/",
                "https://app.example?x",
                "https://app.example/a#f",
                "https://app.example/a#",
                "https://user@app.example/a",
                "https://user:pw@app.example/a",
                "https://@app.example/a",
                "https://app.example/./a",
                "https://app.example/a/..",
                "https://app.example/a/../b",
                "https://app.example/a/%2e%2E/b",
                "https://app.example/a/.%2e",
                "https://app.example/a b",
                "https://app.example/a\tb",
                "https://app.example/a\r\nHost: evil",
                "https://app.example/a\u0000",
                "https://app.example/ä",
                "https://bücher.example/a",
                "https://app.example/a\\b",
                "https://app.example\\@evil.example/a",
                "https://app.example/%zz",
                "https://app.example/%",
                "https://App.example/a",
                "https://app.example./a",
                "https://.example/a",
                "https://app..example/a",
                "https://-app.example/a",
                "https://app.example:/a",
                "https://app.example:0/a",
                "https://app.example:080/a",
                "https://app.example:65536/a",
                "https://app.example:443x/a",
                "https://127.0.0.1/a",
                "https://127.1/a",
                "https://2130706433/a",
                "https://0x7f000001/a",
                "https://0x7f.0.0.1/a",
                "https://0177.0.0.1/a",
                "https://1.2.3.4.5/a",
                "https://[::1]/a",
                "https://[::ffff:127.0.0.1]/a",
                "https://a_b.example/a",
                "https://a%2eexample/a",
                "https://app.example/a|b",
                "https://app.example/\"<script>",
                ""
            })
    void refused(String url) {
        assertEquals(Optional.empty(), DocumentUrl.parse(url));
    }

    @Test
    void a_long_one_is_refused_quickly() {
        assertEquals(Optional.empty(), DocumentUrl.parse("https://app.example/" + "a".repeat(500)));
        assertEquals(
                Optional.empty(), DocumentUrl.parse("https://" + "a-".repeat(250) + ".example/a"));
        String label = "a".repeat(64);
        assertEquals(Optional.empty(), DocumentUrl.parse("https://" + label + ".example/a"));
    }
}
