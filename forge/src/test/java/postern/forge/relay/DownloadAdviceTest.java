package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forgejo facts, section E: what forgejo-mcp says of files of 1 MiB and more. */
class DownloadAdviceTest extends RelayBench {
    private static final String ADVICE =
            "the person can open browser_download_url in a browser that is signed in to the forge."
                    + " No token for it can be had here";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    as Go writes it  | {"text":"{\\"a\\":{},\\"inline\\":false,\\"reason\\":\\"size 9 bytes \\\\u003e= inline cap 8; @\\"}"} | fetch browser_download_url with Authorization: token \\\\u003cTOKEN\\\\u003e
                    without escapes  | {"text":"{\\"a\\":{},\\"inline\\":false,\\"reason\\":\\"size 9 bytes >= inline cap 8; @\\"}"}          | fetch browser_download_url with Authorization: token <TOKEN>
                    escaped once     | {"text":"{\\"a\\":{},\\"inline\\":false,\\"reason\\":\\"size 9 bytes \\u003e= inline cap 8; @\\"}"}   | fetch browser_download_url with Authorization: token \\u003cTOKEN\\u003e
                    structured       | {"structuredContent":{"inline":false,"reason":"size 9 bytes \\u003e= inline cap 8; @"}}              | fetch browser_download_url with Authorization: token \\u003cTOKEN\\u003e
                    grew meanwhile   | {"text":"{\\"inline\\":false,\\"reason\\":\\"body exceeded inline cap during fetch; @\\"}"}          | fetch browser_download_url with Authorization: token \\\\u003cTOKEN\\\\u003e
                    its description  | {"description":"Download an issue/PR attachment. Files return metadata + browser_download_url only; @."} | the caller is expected to fetch that URL with the same auth token
                    """)
    void the_advice_becomes_one_that_is_true_here(String shape, String line, String advice) {
        byte[] corrected = DownloadAdvice.corrected(line.replace("@", advice).getBytes(UTF_8));
        assertEquals(line.replace("@", ADVICE), new String(corrected, UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing of it",
                "fetch browser_download_url with Authorization: token <TOKEN>",
                "{\"text\":\"fetch browser_download_url with Authorization: token <TOKEN>\"}",
                // documentation that quotes such an answer: escaped once more
                "{\"text\":\"{\\\"Result\\\":\\\"{\\\\\\\"inline\\\\\\\":false,\\\\\\\"reason\\\\\\\":\\\\\\\"size"
                    + " 9 bytes; fetch browser_download_url with Authorization: token"
                    + " <TOKEN>\\\\\\\"}\\\"}\"}",
                "{\"inline\":true,\"reason\":\"x; fetch browser_download_url with Authorization:"
                        + " token <TOKEN>\"}",
                "{\"text\":\"log in with the same auth token.\"}"
            })
    void what_only_speaks_of_it_stays(String line) {
        assertEquals(
                line, new String(DownloadAdvice.corrected(line.getBytes(UTF_8)), UTF_8), "text");
    }

    @Test
    void a_line_without_advice_is_the_same_array() {
        byte[] plain = "b browser_download_url with Authorisation".getBytes(UTF_8);
        assertSame(plain, DownloadAdvice.corrected(plain));
    }

    @Test
    void a_client_is_told_the_forges_address_and_no_token() throws Exception {
        start(true, RelayBench::ok);
        String line =
                "{\"text\":\"{\\\"attachment\\\":{\\\"browser_download_url\\\":\\\"URL/attachments/x\\\"},\\\"inline\\\":false,\\\"reason\\\":\\\"size"
                    + " 9 bytes; ADVICE\\\"}\"}";
        String said =
                line.replace("URL", relay.url().toString())
                        .replace(
                                "ADVICE",
                                "fetch browser_download_url with Authorization: token <TOKEN>");
        assertEquals(
                line.replace("URL", PUBLIC).replace("ADVICE", ADVICE),
                new String(entry.forClient(said.getBytes(UTF_8)), UTF_8));
    }
}
