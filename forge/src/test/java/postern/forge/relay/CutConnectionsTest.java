package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.wire.WireServer;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection that breaks in the middle is an error on the other side, never half a success. */
class CutConnectionsTest extends RelayBench {
    private final AtomicInteger whole = new AtomicInteger();
    private WireServer wire;

    /** The forge sends {@code answer} and closes the connection. */
    private void startWith(String answer) throws IOException {
        wire =
                new WireServer(
                        0,
                        (request, connection) -> {
                            whole.incrementAndGet();
                            connection.write(answer.getBytes(US_ASCII));
                            connection.close();
                        });
        startBefore(URI.create("http://127.0.0.1:" + wire.port()), limits(), Set.of());
        entry = relay.admit(new FixedAccess(false));
    }

    @AfterEach
    void close() {
        if (wire != null) wire.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    length            | application/octet-stream | Content-Length: 100          | abcde
                    nothing of it     | application/octet-stream | Content-Length: 100          | ''
                    chunks            | application/octet-stream | Transfer-Encoding: chunked   | 5~abcde~
                    half a chunk      | application/octet-stream | Transfer-Encoding: chunked   | 9~abcde
                    JSON with length  | application/json         | Content-Length: 100          | [1,
                    JSON in chunks    | application/json         | Transfer-Encoding: chunked   | 3~[1,~
                    """)
    void an_answer_of_the_forge_that_breaks_off_breaks_off_for_the_child(
            String what, String type, String framing, String body) throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + framing + "\r\n\r\n";
        startWith(head + body.replace("~", "\r\n"));
        int told = 0;
        try {
            told = send(request("/api/v1/repos/o/r/raw/a").GET()).statusCode();
        } catch (IOException brokenOff) {
            // as it should be; only an answer without any of its body may be taken for none
        }
        assertTrue(told == 0 || told == 503 && body.isEmpty(), () -> "a whole answer");
        int recorded = recorded().status();
        // a GET without any byte of an answer is asked a second time by the client itself
        if (recorded != told) recorded = recorded().status();
        assertEquals(told, recorded);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"GET, try again in a minute", "POST, look first", "DELETE, look first"})
    void no_answer_at_all_is_503_and_says_whether_it_may_have_been_done(
            String method, String advice) throws Exception {
        startWith("");
        HttpResponse<String> answer =
                send(request("/api/v1/user").method(method, BodyPublishers.noBody()));
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains(advice), answer.body());
    }

    @Test
    void what_never_left_has_not_been_done() throws Exception {
        startWith("");
        wire.close();
        HttpResponse<String> answer = send(request("/api/v1/user").POST(BodyPublishers.noBody()));
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("try again in a minute"), answer.body());
    }

    @ParameterizedTest(name = "{0} bytes by {1}")
    @CsvSource({"1000, length", "1000, chunks", "3000000, length", "3000000, chunks"})
    void a_body_of_a_child_that_breaks_off_is_never_whole_at_the_forge(int bytes, String framing)
            throws Exception {
        startWith("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        boolean told = framing.equals("length");
        String head =
                "POST /api/v1/repos/o/r/contents/a HTTP/1.1\r\nHost: "
                        + relay.url().getAuthority()
                        + "\r\nAuthorization: token "
                        + dummy()
                        + (told
                                ? "\r\nContent-Length: " + (bytes + 1) + "\r\n\r\n"
                                : "\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + Integer.toHexString(bytes)
                                        + "\r\n");
        try (var socket = new Socket("127.0.0.1", relay.url().getPort())) {
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            socket.getOutputStream().write(new byte[bytes]);
        }
        RelayCall call = recorded();
        assertEquals(0, whole.get());
        assertEquals(0, call.status(), "nobody was told anything");
    }
}
