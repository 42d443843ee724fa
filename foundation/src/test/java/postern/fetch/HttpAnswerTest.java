package postern.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.core.DataSize;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Rules C2 and C5: what counts as a document. */
class HttpAnswerTest {
    private static final String GOOD =
            "HTTP/1.1 200 OK|Content-Type: application/json|Content-Length: 2||{}";

    private static Fetched read(String text) throws IOException {
        byte[] bytes = text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return HttpAnswer.read(new ByteArrayInputStream(bytes), new DataSize(16));
    }

    private static String body(String text) throws IOException {
        return new String(read(text).body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0} is refused")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    a redirect          ; 200 OK                 ; 302 Found|Location: https://a.example/x
                    created             ; 200 OK                 ; 201 Created
                    not modified        ; 200 OK                 ; 304 Not Modified
                    early hints         ; 200 OK                 ; 103 Early Hints
                    HTTP/1.0            ; HTTP/1.1               ; HTTP/1.0
                    HTTP/2 in words     ; HTTP/1.1               ; HTTP/2
                    no status           ; HTTP/1.1 200           ; nonsense
                    HTML                ; application/json       ; text/html
                    text                ; application/json       ; text/json
                    no media type       ; Content-Type           ; X-Content-Type
                    gzip                ; Content-Length: 2      ; Content-Length: 2|Content-Encoding: gzip
                    two lengths         ; Content-Length: 2      ; Content-Length: 2|Content-Length: 2
                    length and chunks   ; Content-Length: 2      ; Content-Length: 2|Transfer-Encoding: chunked
                    another coding      ; Content-Length: 2      ; Transfer-Encoding: gzip, chunked
                    no length           ; Content-Length: 2      ; X: y
                    negative length     ; Content-Length: 2      ; Content-Length: -2
                    length in hex       ; Content-Length: 2      ; Content-Length: 0x2
                    enormous length     ; Content-Length: 2      ; Content-Length: 99999999999
                    over the limit      ; Content-Length: 2      ; Content-Length: 17
                    cut off             ; Content-Length: 2      ; Content-Length: 3
                    folded field        ; Content-Length: 2      ; X: y|  z|Content-Length: 2
                    space before colon  ; Content-Length: 2      ; Content-Length : 2
                    no colon            ; Content-Length: 2      ; Content-Length 2
                    """)
    void refused(String when, String good, String bad) throws IOException {
        assertEquals("{}", body(GOOD));
        assertThrows(FetchFailed.class, () -> read(GOOD.replace(good, bad)), when);
    }

    @ParameterizedTest(name = "{1} is {2}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    200 OK            ; 500 Broken          ; UNAVAILABLE
                    200 OK            ; 503 Later           ; UNAVAILABLE
                    Content-Length: 2 ; Content-Length: 3   ; UNAVAILABLE
                    200 OK            ; 301 Moved           ; NOT_USABLE
                    200 OK            ; 404 Gone            ; NOT_USABLE
                    200 OK            ; 410 Gone            ; NOT_USABLE
                    application/json  ; text/html           ; NOT_USABLE
                    """)
    void only_what_may_pass_is_unavailable(String good, String bad, FetchFailed.Kind kind) {
        var failed = assertThrows(FetchFailed.class, () -> read(GOOD.replace(good, bad)));
        assertEquals(kind, failed.kind());
    }

    @Test
    void bare_line_feeds_are_refused() {
        assertThrows(FetchFailed.class, () -> read(GOOD.replace("|", "\n")));
        assertThrows(FetchFailed.class, () -> read(GOOD.replace("OK|", "OK\r")));
    }

    @Test
    void a_head_is_bounded() {
        String long1 = GOOD.replace("||", "|X: " + "y".repeat(20_000) + "||");
        assertThrows(FetchFailed.class, () -> read(long1));
        String many = GOOD.replace("||", "|" + "X: y|".repeat(200) + "|");
        assertThrows(FetchFailed.class, () -> read(many));
    }

    @Test
    void chunks_are_put_together_within_the_limit() throws IOException {
        String chunked = GOOD.replace("Content-Length: 2||{}", "Transfer-Encoding: chunked||");
        assertEquals("{\"a\":1}", body(chunked + "3|{\"a|4;x=y|\":1}|0||"));
        assertThrows(FetchFailed.class, () -> read(chunked + "10|0123456789abcdef|1|x|0||"));
        assertThrows(FetchFailed.class, () -> read(chunked + "7fffffff|x"));
        assertThrows(FetchFailed.class, () -> read(chunked + "-1|x|0||"));
        assertThrows(FetchFailed.class, () -> read(chunked + "2|abc|0||"));
        assertThrows(FetchFailed.class, () -> read(chunked + "2|ab|"));
        assertThrows(FetchFailed.class, () -> read(chunked + ";|"));
    }

    @Test
    void endless_tiny_chunk_heads_are_bounded() {
        String chunked = GOOD.replace("Content-Length: 2||{}", "Transfer-Encoding: chunked||");
        assertThrows(FetchFailed.class, () -> read(chunked + "1;" + "x".repeat(20_000) + "|a|"));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    max-age=60                  ; 60
                    public, max-age="120"       ; 120
                    MAX-AGE=7                   ; 7
                    max-age=60, no-store        ; 0
                    no-cache                    ; 0
                    private                     ; -1
                    max-age=-5                  ; -1
                    max-age=99999999999999999   ; -1
                    """)
    void cache_control(String value, long seconds) throws IOException {
        Optional<Duration> age =
                read(GOOD.replace("||", "|Cache-Control: " + value + "||")).maxAge();
        assertEquals(
                seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds)), age);
    }

    @Test
    void any_json_type_is_json() throws IOException {
        assertEquals(
                "{}",
                body(GOOD.replace("application/json", "Application/CIMD+json; charset=utf-8")));
    }
}
