package postern.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.core.DataSize;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Malformed, oversized and slow requests over plain sockets. */
class RequestLimitsTest {
    private static final String POST = "POST /echo HTTP/1.1\r\nHost: postern.test\r\n";

    private static Routes.Builder routes() {
        return Routes.builder()
                .get("/page", request -> Response.text(200, "hello"))
                .post("/echo", request -> Response.json(200, request.body()))
                .maxBody(new DataSize(100_000));
    }

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
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.write("GET /page HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertEquals(status, client.status());
        }
    }

    @Test
    void a_body_that_does_not_come_takes_nobodys_place() {
        try (var server = new TestServer(routes(), c -> TestServer.limited(c, 1, 1));
                RawClient slow = server.raw();
                RawClient other = server.raw()) {
            slow.write(POST + "Content-Length: 50\r\n\r\nx");
            other.write("GET /page HTTP/1.1\r\nHost: postern.test\r\n\r\n");
            assertEquals(200, other.status());
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
        try (var server = new TestServer(routes());
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
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.write(request + "GET /page HTTP/1.1\r\nHost: postern.test\r\n\r\n");
            assertEquals(400, client.status());
            assertTrue(client.isClosedByServer());
            assertTrue(server.log.stream().noneMatch(line -> line.status() == 200));
        }
    }

    @Test
    void P3_large_bodies_share_a_limit_that_small_ones_do_not_need() {
        String large = "Content-Length: 90000\r\n";
        try (var server = new TestServer(routes(), 50_000, 100_000);
                RawClient slow = server.raw();
                RawClient second = server.raw();
                RawClient small = server.raw()) {
            slow.request("POST /echo", large, "x".repeat(89_999));
            await().until(() -> server.server.bodyBytes() > 70_000);
            assertEquals(503, second.request("POST /echo", large, "x".repeat(60_000)).status());
            assertEquals(
                    200,
                    small.request("POST /echo", "Content-Length: 9000\r\n", "x".repeat(9000))
                            .status());
            assertEquals(200, slow.write("x").status());
            await().until(() -> server.server.bodyBytes() == 0);
        }
    }

    @Test
    void P3_a_body_that_was_only_declared_takes_no_room() {
        try (var server = new TestServer(routes(), 8 * BodyBuffer.FIRST_BYTES, 0)) {
            var clients = new ArrayList<RawClient>();
            for (int i = 0; i < 200; i++) {
                clients.add(server.raw());
                clients.getLast().request("POST /echo", "Content-Length: 16384\r\n", "");
            }
            for (RawClient client : clients.subList(0, 8)) client.write("x");
            await().until(() -> server.server.bodyBytes() == 8 * BodyBuffer.FIRST_BYTES);
            assertEquals(503, clients.get(8).write("x").status());
            for (RawClient client : clients) client.reset();
            await().until(() -> server.server.bodyBytes() == 0);
        }
    }

    @ParameterizedTest(name = "a heap of {0} MiB is enough for {1} connections")
    @CsvSource({"16,256", "240,2560", "65536,8192"})
    void P3_the_heap_decides_how_many_connections_there_may_be(long heap, int connections) {
        assertEquals(connections, HttpConfig.connectionsFor(heap * 1024 * 1024));
    }

    @Test
    void D24_a_target_over_8_KiB_is_414() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            assertEquals(414, client.request("GET /page?" + "a".repeat(8200), "", "").status());
        }
    }

    @Test
    void D24_header_fields_over_16_KiB_are_refused() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("GET /page", "X: " + "a".repeat(17_000) + "\r\n", "");
            int status = client.status();
            assertTrue(status == 400 || status == 431, "status " + status);
        }
    }

    @Test
    void D24_too_many_header_fields_are_refused() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            int status = client.request("GET /page", "X: a\r\n".repeat(200), "").status();
            assertTrue(status == 400 || status == 431, "status " + status);
        }
    }

    @Test
    void D24_ten_thousand_parameters_are_no_5xx() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            int status = client.request("GET /page?" + "a&".repeat(4000), "", "").status();
            assertTrue(status == 200 || status == 400, "status " + status);
        }
    }

    @Test
    void H8_a_declared_body_over_the_limit_is_413_before_it_was_sent() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            String answer = client.request("POST /echo", "Content-Length: 100001\r\n", "").answer();
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(client.isClosedByServer());
        }
    }

    /** The server must not read on for as long as somebody likes to send. */
    @ParameterizedTest(name = "an empty {1} does not wait for an endless body")
    @CsvSource({"OPTIONS /echo,'',204", "GET /page,X-Forwarded-Proto: http,301"})
    void P3_an_empty_answer_ends_the_connection(String line, String field, int status) {
        var routes = routes().cors(new CorsPolicy(Set.of("POST"), List.of(), List.of()));
        String fields = field.isEmpty() ? "" : field + "\r\n";
        try (var server = new TestServer(routes, TestServer::behindHttpsProxy);
                RawClient client = server.raw()) {
            client.request(line, fields + "Content-Length: 1000000000000\r\n", "x");
            String answer = client.answer();
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
            assertEquals(status != 204, answer.contains("Content-Length: 0\r\n"), answer);
            assertTrue(client.isClosedByServer());
            await().until(() -> server.log.size() == 1);
        }
    }

    @Test
    void H8_a_chunked_body_over_the_limit_gets_its_413_too() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /echo", "Transfer-Encoding: chunked\r\n", "");
            for (int i = 0; i < 20; i++) client.write("2710\r\n" + "x".repeat(10_000) + "\r\n");
            client.write("0\r\n\r\n");
            assertEquals(413, client.status());
        }
    }

    /** Undertow reads chunk framing laxly: a second request could be hidden in it. */
    @Test
    void H19_nothing_is_read_behind_a_chunked_body() {
        try (var server = new TestServer(routes());
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
        try (var server = new TestServer(routes(), TestServer::hasty);
                RawClient client = server.raw()) {
            client.request("POST /echo", "Transfer-Encoding: chunked\r\n", "zz\r\n");
            int status = client.status();
            assertTrue(status == 400 || status == 408, "status " + status);
        }
    }

    @Test
    void a_folded_field_is_one_value_joined_by_a_space() {
        var routes = routes().get("/x", r -> Response.text(200, r.headers().first("X").orElse("")));
        try (var server = new TestServer(routes);
                RawClient client = server.raw()) {
            String answer = client.request("GET /x", "X: y\r\n z\r\n", "").answer();
            assertTrue(answer.endsWith("y z"), "RFC 9112 §5.2: " + answer);
        }
    }

    @Test
    void a_chunked_body_within_the_limit_arrives_whole() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /echo", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n");
            client.write("2\r\nde\r\n0\r\n\r\n");
            assertTrue(client.answer().endsWith("\r\n\r\nabcde"));
        }
    }

    @Test
    void a_client_that_expects_100_gets_it_and_then_its_answer() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", "");
            assertTrue(client.until("\r\n\r\n").startsWith("HTTP/1.1 100 "));
            assertTrue(client.write("abc").answer().endsWith("abc"));
        }
    }

    @Test
    void P3_a_slow_body_is_408_and_the_connection_ends() {
        try (var server = new TestServer(routes(), TestServer::hasty);
                RawClient client = server.raw()) {
            client.request("POST /echo", "Content-Length: 5\r\n", "abc");
            assertEquals(408, client.status());
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void P3_slow_or_no_headers_end_the_connection_after_five_seconds() {
        try (var server = new TestServer(routes());
                RawClient silent = server.raw();
                RawClient kept = server.raw();
                RawClient client = server.raw()) {
            assertEquals(200, kept.request("GET /page", "", "").status());
            client.write("GET /page HTTP/1.1\r\nHos");
            assertTrue(client.isClosedByServer());
            assertTrue(silent.isClosedByServer(), "it must say something, too");
            assertEquals(200, kept.request("GET /page", "", "").status());
        }
    }

    @Test
    void P3_one_address_may_have_a_quarter_of_the_connections() {
        try (var server = new TestServer(routes(), c -> TestServer.connections(c, 200))) {
            var clients = new ArrayList<RawClient>();
            for (int i = 0; i < 50; i++) {
                clients.add(server.raw());
                assertEquals(200, clients.getLast().request("GET /page", "", "").status());
            }
            try (RawClient beyond = server.raw();
                    RawClient other = new RawClient(server.server.port(), "127.0.0.2")) {
                assertTrue(beyond.isClosedByServer());
                assertEquals(200, other.request("GET /page", "", "").status());
            }
            for (RawClient client : clients) client.close();
            await().until(() -> isServed(server));
        }
    }

    private static boolean isServed(TestServer server) {
        try (RawClient client = server.raw()) {
            return client.request("GET /page", "", "").status() == 200;
        } catch (UncheckedIOException closedAtOnce) {
            return false;
        }
    }

    @Test
    void P3_a_trusted_proxy_may_have_more() {
        try (var server =
                        new TestServer(
                                routes(),
                                c ->
                                        TestServer.connections(
                                                TestServer.trusting(c, "127.0.0.1"), 8));
                RawClient first = server.raw();
                RawClient second = server.raw();
                RawClient third = server.raw()) {
            for (RawClient client : List.of(first, second, third)) {
                assertEquals(200, client.request("GET /page", "", "").status());
            }
        }
    }

    @Test
    void one_request_beyond_the_limit_is_503_with_retry_after() {
        var go = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var routes =
                Routes.builder()
                        .get(
                                "/wait",
                                request -> {
                                    entered.countDown();
                                    go.await();
                                    return Response.empty(204);
                                });
        try (var server = new TestServer(routes, c -> TestServer.limited(c, 1, 1));
                RawClient first = server.raw();
                RawClient second = server.raw()) {
            first.request("GET /wait", "", "");
            entered.await();
            String refused = second.request("GET /wait", "", "").answer();
            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
            assertTrue(refused.contains("Retry-After: 1\r\n"), refused);
            go.countDown();
            assertEquals(204, first.status());
            await().until(() -> server.server.requestsInFlight() == 0);
            assertEquals(204, second.request("GET /wait", "", "").status());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void two_requests_sent_at_once_are_answered_in_order() {
        var routes =
                routes().stream(
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
