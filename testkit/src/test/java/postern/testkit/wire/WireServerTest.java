package postern.testkit.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.util.Locale;

/** The server that doubles stand on, spoken to byte by byte. */
class WireServerTest {
    private final WireServer server;

    WireServerTest() throws IOException {
        server =
                new WireServer(
                        0,
                        (request, connection) -> {
                            String told =
                                    request.method()
                                            + " "
                                            + request.path()
                                            + " "
                                            + request.query()
                                            + " "
                                            + new String(request.body(), UTF_8);
                            String head =
                                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                                            .formatted(told.length());
                            connection.write((head + told).getBytes(UTF_8));
                        });
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** What comes back until the server closes. */
    private String answers(String sent) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(sent.getBytes(UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static String answer(String told) {
        return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(told.length(), told);
    }

    @Test
    void bodies_come_by_length_and_in_chunks_on_one_connection() throws IOException {
        String sent =
                "POST /a?x=1 HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc"
                        + "PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nde\r\n1;x\r\nf\r\n0\r\n\r\n"
                        + "GET /c HTTP/1.1\r\n\r\n";
        assertEquals(
                answer("POST /a x=1 abc") + answer("PUT /b  def") + answer("GET /c  "),
                answers(sent));
    }

    @Test
    void a_client_that_wants_to_close_is_answered_once() throws IOException {
        String one = "GET /a HTTP/1.1\r\nConnection: close\r\n\r\n";
        assertEquals(answer("GET /a  "), answers(one));
    }

    @Test
    void what_is_no_http_ends_the_connection_without_a_word() throws IOException {
        assertEquals("", answers("hello\r\n\r\n"));
        assertEquals("", answers("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"));
        assertEquals("", answers("GET / HTTP/1.1\r\nno colon\r\n\r\n".toLowerCase(Locale.ROOT)));
    }

    @Test
    void connections_are_refused_until_they_are_accepted_again() throws IOException {
        server.refuseConnections();
        assertThrows(ConnectException.class, () -> answers(""));
        server.acceptConnections();
        assertEquals(answer("GET /a  "), answers("GET /a HTTP/1.1\r\n\r\n"));
        server.close();
        server.close();
        server.acceptConnections();
        assertThrows(ConnectException.class, () -> answers(""));
    }
}
