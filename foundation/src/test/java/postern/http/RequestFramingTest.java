package postern.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.core.DataSize;

import java.util.Set;

/**
 * What a request is and where it ends, over plain sockets: malformed ones, and bodies in chunks.
 */
class RequestFramingTest {
    private static final String POST = "POST /echo HTTP/1.1\r\nHost: postern.test\r\n";

    @ParameterizedTest(name = "M10: Host {0} is {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    postern.test      | 200
                    POSTERN.test      | 200
                    evil.test         | 421
                    postern.test:80   | 421
                    postern.test.     | 421
                    postern.test@evil | 400
                    localhost         | 421
                    """)
    void the_host_must_be_ours(String host, int status) {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            client.write("GET /page HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertEquals(status, client.status());
        }
    }

    @ParameterizedTest(name = "H19: {0} is 400")
    @ValueSource(
            strings = {
                "GET /page HTTP/1.1\r\n\r\n",
                "GET /page HTTP/1.1\r\nHost: postern.test\r\nHost: postern.test\r\n\r\n",
                "GET /page HTTP/1.1\r\nHost:\r\n\r\n",
                "GET http://postern.test/page HTTP/1.1\r\nHost: postern.test\r\n\r\n",
                "GET /page HTTP/1.1\r\nHost: postern.test\r\nX : y\r\n\r\n",
                "GET /page?a=%zz HTTP/1.1\r\nHost: postern.test\r\n\r\n",
                "GET /page?a=\"<> HTTP/1.1\r\nHost: postern.test\r\n\r\n",
                "GET /page HTTP/1.1\nHost: postern.test\n\n",
                POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                POST + "Content-Length: -1\r\n\r\n",
                POST + "Content-Length: x\r\n\r\n"
            })
    void a_malformed_request_is_refused(String request) {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            int status = client.write(request).status();
            // An empty Host is well-formed, but it is not ours.
            assertTrue(
                    status == 400 || (request.contains("Host:\r\n") && status == 421), "" + status);
        }
    }

    @ParameterizedTest(name = "H19: after {0} the connection ends")
    @ValueSource(
            strings = {
                "GET /page HTTP/1.1\nHost: postern.test\n\n",
                "GET /page HTTP/1.1\r\nHost: postern.test\nX: y\r\n\r\n",
                POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                POST + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
                POST + "Content-Length: 1, 1\r\n\r\na",
                POST + "Content-Length: 1\r\n 1\r\n\r\na",
                POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n x\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"
            })
    void ambiguous_framing_is_400_and_nothing_is_read_behind_it(String request) {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            client.write(request + "GET /page HTTP/1.1\r\nHost: postern.test\r\n\r\n");
            assertEquals(400, client.status());
            assertTrue(client.isClosedByServer());
            assertTrue(server.log.stream().noneMatch(line -> line.status() == 200));
        }
    }

    /** Undertow reads chunk framing laxly: a second request could be hidden in it. */
    @Test
    void H19_nothing_is_read_behind_a_chunked_body() {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            client.request("POST /echo", "Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n");
            client.request("GET /page", "", "");
            assertTrue(client.answer().contains("Connection: close\r\n"));
            assertTrue(client.isClosedByServer());
            await().until(() -> server.log.size() == 1);
        }
    }

    @Test
    void H19_a_malformed_chunk_is_refused() {
        try (var server = new TestServer(TestServer.echoing(), TestServer::hasty);
                RawClient client = server.raw()) {
            client.request("POST /echo", "Transfer-Encoding: chunked\r\n", "zz\r\n");
            int status = client.status();
            assertTrue(status == 400 || status == 408, "status " + status);
        }
    }

    @Test
    void a_folded_field_is_one_value_joined_by_a_space() {
        var routes =
                TestServer.echoing()
                        .get("/x", r -> Response.text(200, r.headers().first("X").orElse("")));
        try (var server = new TestServer(routes);
                RawClient client = server.raw()) {
            String answer = client.request("GET /x", "X: y\r\n z\r\n", "").answer();
            assertTrue(answer.endsWith("y z"), "RFC 9112 §5.2: " + answer);
        }
    }

    @Test
    void a_chunked_body_within_the_limit_arrives_whole() {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            client.request("POST /echo", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n");
            client.write("2\r\nde\r\n0\r\n\r\n");
            assertTrue(client.answer().endsWith("\r\n\r\nabcde"));
        }
    }

    @Test
    void a_client_that_expects_100_gets_it_and_then_its_answer() {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            client.request("POST /echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", "");
            assertTrue(client.until("\r\n\r\n").startsWith("HTTP/1.1 100 "));
            assertTrue(client.write("abc").answer().endsWith("abc"));
        }
    }

    @Test
    void two_requests_sent_at_once_are_answered_in_order() {
        var routes =
                TestServer.echoing().stream(
                        Set.of("POST"),
                        "/stream",
                        DataSize.ofKibibytes(4),
                        (request, answer) -> answer.send(Response.json(200, request.body())));
        try (var server = new TestServer(routes);
                RawClient client = server.raw()) {
            String one = "POST /stream HTTP/1.1\r\nHost: postern.test\r\nContent-Length: 1\r\n\r\n";
            client.write((one + "a") + (one + "b") + (one + "c"));
            assertTrue(client.answer().endsWith("\r\n\r\na"));
            assertTrue(client.answer().endsWith("\r\n\r\nb"));
            assertTrue(client.answer().endsWith("\r\n\r\nc"));
        }
    }
}
