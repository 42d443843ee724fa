package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Any process of this machine can connect to the relay; children must find room all the same. */
class LocalConnectionsTest extends RelayBench {
    private static final int MOST = 6;
    private static final int CLOSED_WITHIN_MILLIS = 9_000;
    private static final String EMPTY_200 = "HTTP/1.1 200 OK";

    private final List<Socket> sockets = new ArrayList<>();

    private void start() throws IOException {
        start(true, RelayBench::ok, limits().withRoom(2, MOST), Set.of());
    }

    @AfterEach
    void closeSockets() throws IOException {
        for (Socket socket : sockets) socket.close();
    }

    private Socket connected() throws IOException {
        var socket = new Socket("127.0.0.1", relay.url().getPort());
        socket.setSoTimeout(CLOSED_WITHIN_MILLIS);
        sockets.add(socket);
        return socket;
    }

    /** The beginning of the answer to a child's call over {@code socket}. */
    private String called(Socket socket, String token) throws IOException {
        String head =
                "GET /api/v1/user HTTP/1.1\r\nHost: "
                        + relay.url().getAuthority()
                        + "\r\nAuthorization: token "
                        + token
                        + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(US_ASCII));
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) return answer.toString();
            answer.append((char) b);
        }
        return answer.substring(0, Math.min(answer.length(), EMPTY_200.length()));
    }

    private static boolean isClosedByServer(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1).isEmpty();
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void the_oldest_silent_connections_give_way_to_new_ones() throws Exception {
        start();
        for (int i = 0; i < 3 * MOST; i++) connected();
        assertEquals(EMPTY_200, called(connected(), dummy()));
        for (Socket old : sockets.subList(0, 2 * MOST)) {
            old.setSoTimeout(2_000);
            assertTrue(isClosedByServer(old));
        }
    }

    @Test
    void a_silent_connection_is_closed_although_there_is_room() throws Exception {
        start();
        assertTrue(isClosedByServer(connected()));
    }

    @Test
    void a_stranger_has_one_answer_and_no_more() throws Exception {
        start();
        Socket stranger = connected();
        assertEquals("HTTP/1.1 401 Un", called(stranger, "nobody"));
        stranger.setSoTimeout(2_000);
        stranger.getInputStream().readAllBytes();
    }

    @Test
    void strangers_do_not_take_a_childs_connection_away() throws Exception {
        start();
        Socket child = connected();
        assertEquals(EMPTY_200, called(child, dummy()));
        for (int i = 0; i < 3 * MOST; i++) connected();
        assertEquals(EMPTY_200, called(connected(), dummy()), "the strangers are there");
        assertEquals(EMPTY_200, called(child, dummy()));
    }

    @Test
    void connections_that_a_child_does_not_use_give_way_as_well() throws Exception {
        start();
        for (int i = 0; i < 2 * MOST; i++) assertEquals(EMPTY_200, called(connected(), dummy()));
        for (Socket idle : sockets.subList(0, MOST)) {
            idle.setSoTimeout(2_000);
            assertTrue(isClosedByServer(idle));
        }
    }
}
