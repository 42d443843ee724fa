package postern.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Oversized and slow requests over plain sockets. */
class RequestLimitsTest {
    private static final String POST = "POST /echo HTTP/1.1\r\nHost: postern.test\r\n";

    @Test
    void a_body_that_does_not_come_takes_nobodys_place() {
        try (var server = new TestServer(TestServer.echoing(), c -> TestServer.limited(c, 1, 1));
                RawClient slow = server.raw();
                RawClient other = server.raw()) {
            slow.write(POST + "Content-Length: 50\r\n\r\nx");
            other.write("GET /page HTTP/1.1\r\nHost: postern.test\r\n\r\n");
            assertEquals(200, other.status());
        }
    }

    @Test
    void P3_large_bodies_share_a_limit_that_small_ones_do_not_need() {
        String large = "Content-Length: 90000\r\n";
        try (var server = new TestServer(TestServer.echoing(), 50_000, 100_000);
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
        try (var server = new TestServer(TestServer.echoing(), 8 * BodyBuffer.FIRST_BYTES, 0)) {
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

    @Test
    void D24_a_target_over_8_KiB_is_414() {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            assertEquals(414, client.request("GET /page?" + "a".repeat(8200), "", "").status());
        }
    }

    @Test
    void D24_header_fields_over_16_KiB_are_refused() {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            client.request("GET /page", "X: " + "a".repeat(17_000) + "\r\n", "");
            int status = client.status();
            assertTrue(status == 400 || status == 431, "status " + status);
        }
    }

    @Test
    void D24_too_many_header_fields_are_refused() {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            int status = client.request("GET /page", "X: a\r\n".repeat(200), "").status();
            assertTrue(status == 400 || status == 431, "status " + status);
        }
    }

    @Test
    void D24_ten_thousand_parameters_are_no_5xx() {
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            int status = client.request("GET /page?" + "a&".repeat(4000), "", "").status();
            assertTrue(status == 200 || status == 400, "status " + status);
        }
    }

    @Test
    void H8_a_declared_body_over_the_limit_is_413_before_it_was_sent() {
        try (var server = new TestServer(TestServer.echoing());
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
        var routes =
                TestServer.echoing().cors(new CorsPolicy(Set.of("POST"), List.of(), List.of()));
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
        try (var server = new TestServer(TestServer.echoing());
                RawClient client = server.raw()) {
            client.request("POST /echo", "Transfer-Encoding: chunked\r\n", "");
            for (int i = 0; i < 20; i++) client.write("2710\r\n" + "x".repeat(10_000) + "\r\n");
            client.write("0\r\n\r\n");
            assertEquals(413, client.status());
        }
    }

    @Test
    void P3_a_slow_body_is_408_and_the_connection_ends() {
        try (var server = new TestServer(TestServer.echoing(), TestServer::hasty);
                RawClient client = server.raw()) {
            client.request("POST /echo", "Content-Length: 5\r\n", "abc");
            assertEquals(408, client.status());
            assertTrue(client.isClosedByServer());
        }
    }
}
