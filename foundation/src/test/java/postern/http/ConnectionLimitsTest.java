package postern.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * How many connections and requests there may be at once, and how long a connection may say
 * nothing.
 */
class ConnectionLimitsTest {
    @ParameterizedTest(name = "a heap of {0} MiB is enough for {1} connections")
    @CsvSource({"16,256", "240,2560", "65536,8192"})
    void P3_the_heap_decides_how_many_connections_there_may_be(long heap, int connections) {
        assertEquals(connections, HttpConfig.connectionsFor(heap * 1024 * 1024));
    }

    @Test
    void P3_slow_or_no_headers_end_the_connection_after_five_seconds() {
        try (var server = new TestServer(TestServer.echoing());
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
        try (var server =
                new TestServer(TestServer.echoing(), c -> TestServer.connections(c, 200))) {
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
                                TestServer.echoing(),
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
        Routes.Builder routes = TestServer.waiting(entered, go, Response.empty(204));
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
}
