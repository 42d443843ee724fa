package postern.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.core.DataSize;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** Start, stop, and the answers that outlive neither. */
class HttpServerTest {
    private static final DataSize SMALL = DataSize.ofKibibytes(4);

    @Test
    void a_stop_lets_requests_finish_and_refuses_new_ones() throws Exception {
        var go = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
        var routes =
                TestServer.waiting(entered, go, Response.text(200, "finished")).stream(
                        Set.of("GET"),
                        "/events",
                        SMALL,
                        (request, answer) -> streams.add(answer.openEventStream(List.of())));
        try (var server = new TestServer(routes);
                RawClient working = server.raw();
                RawClient listening = server.raw();
                RawClient idle = server.raw();
                RawClient late = server.raw()) {
            working.request("GET /wait", "", "");
            entered.await();
            listening.request("GET /events", "", "").until("\r\n\r\n");
            EventStream stream = streams.take();
            server.server.stopAccepting();
            String refused = idle.request("GET /wait", "", "").answer();
            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
            assertTrue(refused.contains("Connection: close\r\n"), refused);
            assertTrue(refused.contains("Retry-After: "), refused);
            assertEquals(503, late.request("GET /events", "", "").status());
            assertFalse(server.server.awaitIdle(Duration.ofMillis(50)));
            go.countDown();
            String finished = working.answer();
            assertTrue(finished.endsWith("finished"));
            assertTrue(finished.contains("Connection: close\r\n"), finished);
            assertFalse(server.server.awaitIdle(Duration.ofMillis(50)), "the stream is open");
            stream.close();
            assertTrue(server.server.awaitIdle(Duration.ofSeconds(5)));
        }
    }

    @Test
    void a_kept_connection_gets_its_next_request_answered_after_the_stop() throws Exception {
        var routes = Routes.builder().get("/page", request -> Response.text(200, "hello"));
        try (var server = new TestServer(routes);
                RawClient kept = server.raw()) {
            String before = kept.request("GET /page", "", "").answer();
            assertFalse(before.contains("Connection: close"), before);
            server.server.stopAccepting();
            assertTrue(server.server.awaitIdle(Duration.ofSeconds(5)));
            assertFalse(server.server.awaitUnconnected(Duration.ofMillis(1)));
            assertEquals(503, kept.request("GET /page", "", "").status());
            kept.close();
            assertTrue(server.server.awaitUnconnected(Duration.ofSeconds(30)));
        }
    }

    @Test
    void an_answer_that_was_under_way_when_the_server_stopped_may_be_followed_by_a_request()
            throws Exception {
        int length = 16 * 1024 * 1024;
        String large = "x".repeat(length);
        var routes =
                Routes.builder()
                        .get("/large", request -> Response.text(200, large))
                        .get("/page", request -> Response.text(200, "hello"));
        try (var server = new TestServer(routes);
                RawClient slow = server.raw()) {
            String head = slow.request("GET /large", "", "").until("\r\n\r\n");
            assertFalse(head.contains("Connection: close"), head);
            server.server.stopAccepting();
            assertEquals(large, slow.text(length));
            assertTrue(server.server.awaitIdle(Duration.ofSeconds(5)));
            assertFalse(server.server.awaitUnconnected(Duration.ofMillis(50)));
            assertEquals(503, slow.request("GET /page", "", "").status());
        }
    }

    @Test
    void close_ends_every_connection_and_thread_and_may_be_called_twice() throws Exception {
        BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
        var routes =
                Routes.builder().get("/page", request -> Response.text(200, "hello")).stream(
                        Set.of("GET"),
                        "/events",
                        SMALL,
                        (request, answer) -> streams.add(answer.openEventStream(List.of())));
        var server = new TestServer(routes);
        try (RawClient idle = server.raw();
                RawClient listening = server.raw()) {
            assertEquals(200, idle.request("GET /page", "", "").status());
            listening.request("GET /events", "", "").until("\r\n\r\n");
            EventStream stream = streams.take();
            server.server.close();
            assertTrue(idle.isClosedByServer());
            assertTrue(listening.isClosedByServer());
            await().until(() -> stream.closed().isDone());
            server.server.close();
        }
        await().until(() ->
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(t -> t.getName().startsWith("postern-http")));
        server.client.close();
    }

    @Test
    void a_port_in_use_is_said_so_and_leaves_nothing_behind() {
        var routes = Routes.builder().get("/page", request -> Response.empty(204));
        try (var server = new TestServer(routes)) {
            var taken =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.server.port());
            var config = HttpConfig.standard(taken, Set.of("localhost"));
            assertThrows(
                    PortInUse.class,
                    () ->
                            HttpServer.start(
                                    config, routes.build(), (a, b, c, d, e, f) -> {}, () -> "r"));
        }
    }

    @Test
    void a_reader_of_a_large_plain_answer_that_stops_reading_is_cut_off() {
        byte[] large = new byte[8 << 20];
        var routes = Routes.builder().get("/large", request -> Response.json(200, large));
        try (var server = new TestServer(routes, TestServer::hasty);
                var client = new RawClient(server.server.port(), 4096)) {
            client.request("GET /large", "", "");
            await().until(() -> server.server.requestsInFlight() == 1);
            await().until(() -> server.server.requestsInFlight() == 0);
            assertEquals(8 << 20, server.get("/large").body().length());
        }
    }

    @Test
    void a_route_is_named_once_per_method() {
        var routes = Routes.builder().get("/page", request -> Response.empty(204));
        assertThrows(
                IllegalArgumentException.class,
                () -> routes.get("/page", request -> Response.empty(204)));
        assertThrows(
                IllegalArgumentException.class,
                () -> routes.route("/x", Map.of("TRACE", request -> Response.empty(204))));
        assertThrows(
                IllegalArgumentException.class,
                () -> Routes.builder().cors(new CorsPolicy(Set.of(), List.of(), List.of())));
    }
}
