package postern.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.core.DataSize;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Streams of events, and who notices when their readers leave. */
class EventStreamTest {
    private final BlockingQueue<EventStream> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<Responder> waiting = new LinkedBlockingQueue<>();

    private Routes.Builder routes() {
        return Routes.builder().get("/page", request -> Response.text(200, "hello")).stream(
                Set.of("GET", "POST"),
                "/events",
                DataSize.ofKibibytes(4),
                (request, answer) -> opened.add(answer.openEventStream(List.of())))
                .stream(
                        Set.of("POST"),
                        "/wait",
                        DataSize.ofKibibytes(4),
                        (request, answer) -> waiting.add(answer));
    }

    private EventStream nextStream() throws InterruptedException {
        EventStream stream = opened.poll(5, TimeUnit.SECONDS);
        assertTrue(stream != null, "no stream was opened");
        return stream;
    }

    private static ServerSentEvent event(String data) {
        return ServerSentEvent.of(data.getBytes(StandardCharsets.UTF_8));
    }

    private static String within(Duration patience, CompletableFuture<String> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void an_event_arrives_while_the_stream_stays_open() throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("GET /events", "", "");
            EventStream stream = nextStream();
            String head = client.until("\r\n\r\n");
            assertTrue(head.contains("Content-Type: text/event-stream\r\n"), head);
            assertTrue(head.contains("X-Request-Id: r1\r\n"), head);
            assertTrue(head.contains("Connection: close\r\n"), head);
            stream.send(event("one\ntwo\r\nthree"));
            assertTrue(client.until("three\n\n").endsWith("data: one\ndata: two\ndata: three\n\n"));
            stream.keepAlive();
            assertTrue(client.until(":\n\n").endsWith(":\n\n"));
            stream.close();
            assertTrue(client.until("0\r\n\r\n").endsWith("0\r\n\r\n"), "the end is in order");
            assertTrue(client.isClosedByServer());
            assertEquals("server", stream.closed().join());
            assertThrows(StreamGone.class, () -> stream.send(event("late")));
        }
    }

    @Test
    void an_event_has_the_fields_of_the_html_standard() {
        var priming = new ServerSentEvent(Optional.of("7_1"), new byte[0], OptionalLong.of(1500));
        assertEquals(
                "id: 7_1\nretry: 1500\ndata: \n\n",
                new String(priming.encoded(), StandardCharsets.UTF_8));
        assertThrows(
                IllegalArgumentException.class,
                () -> ServerSentEvent.of("1\ndata: forged", new byte[0]));
    }

    @ParameterizedTest(name = "a client that leaves by {0} is noticed while nothing is sent")
    @ValueSource(strings = {"fin", "half-close", "rst"})
    void a_client_that_leaves_an_idle_stream_is_noticed(String how) throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /events", "Content-Length: 2\r\n", "{}");
            EventStream stream = nextStream();
            client.until("\r\n\r\n");
            long before = System.nanoTime();
            leave(client, how);
            String why = within(Duration.ofSeconds(2), stream.closed());
            long tookMillis = Duration.ofNanos(System.nanoTime() - before).toMillis();
            assertEquals(how.equals("rst") ? "rst" : "fin", why);
            assertTrue(tookMillis < 500, tookMillis + " ms");
            assertThrows(StreamGone.class, () -> stream.send(event("late")));
            assertThrows(StreamGone.class, stream::keepAlive);
            stream.close();
        }
    }

    @ParameterizedTest(name = "a client that leaves by {0} before its plain answer is noticed")
    @ValueSource(strings = {"fin", "half-close", "rst"})
    void a_client_that_leaves_before_its_answer_is_noticed(String how) throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /wait", "Content-Length: 2\r\n", "{}");
            Responder answer = waiting.poll(5, TimeUnit.SECONDS);
            leave(client, how);
            within(Duration.ofSeconds(2), answer.clientGone());
            answer.send(Response.text(200, "nobody reads this"));
            assertEquals(499, server.logged().status());
        }
    }

    private static void leave(RawClient client, String how) throws IOException {
        switch (how) {
            case "fin" -> client.close();
            case "half-close" -> client.socket.shutdownOutput();
            default -> client.reset();
        }
    }

    @Test
    void a_stream_for_a_client_that_has_left_is_closed_from_the_start() throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /wait", "Content-Length: 2\r\n", "{}");
            Responder answer = waiting.poll(5, TimeUnit.SECONDS);
            client.close();
            within(Duration.ofSeconds(2), answer.clientGone());
            EventStream stream = answer.openEventStream(List.of());
            assertTrue(stream.closed().isDone());
            assertThrows(StreamGone.class, () -> stream.send(event("x")));
            assertThrows(StreamGone.class, stream::keepAlive);
        }
    }

    @Test
    void a_connection_that_was_watched_serves_further_requests() throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            for (int i = 0; i < 200; i++) {
                client.request("POST /wait", "Content-Length: 2\r\n", "{}");
                Responder answer = waiting.poll(5, TimeUnit.SECONDS);
                answer.send(Response.text(200, "n" + i));
                assertTrue(client.answer().endsWith("n" + i));
                assertFalse(answer.clientGone().isDone());
            }
        }
    }

    @Test
    void a_request_sent_ahead_is_kept_and_answered_later() throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /wait", "Content-Length: 2\r\n", "{}");
            Responder first = waiting.poll(5, TimeUnit.SECONDS);
            client.request("POST /wait", "Content-Length: 2\r\n", "{}");
            assertEquals(200, server.get("/page").statusCode(), "gives the bytes time to arrive");
            first.send(Response.text(200, "first"));
            assertTrue(client.answer().endsWith("first"));
            Responder second = waiting.poll(5, TimeUnit.SECONDS);
            second.send(Response.text(200, "second"));
            assertTrue(client.answer().endsWith("second"));
        }
    }

    @Test
    void a_request_is_answered_once() throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /wait", "Content-Length: 2\r\n", "{}");
            Responder answer = waiting.poll(5, TimeUnit.SECONDS);
            answer.send(Response.text(200, "once"));
            assertThrows(
                    IllegalStateException.class, () -> answer.send(Response.text(200, "twice")));
            assertThrows(IllegalStateException.class, () -> answer.openEventStream(List.of()));
            assertTrue(client.answer().endsWith("once"));
        }
    }

    @Test
    void one_stream_beyond_the_limit_is_503() throws Exception {
        try (var server = new TestServer(routes(), c -> TestServer.limited(c, 10, 2));
                RawClient one = server.raw();
                RawClient two = server.raw();
                RawClient three = server.raw()) {
            one.request("GET /events", "", "").until("\r\n\r\n");
            two.request("GET /events", "", "").until("\r\n\r\n");
            String refused = three.request("GET /events", "", "").answer();
            assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
            assertTrue(refused.contains("Retry-After: 5\r\n"), refused);
            nextStream().close();
            await().until(() -> server.server.openStreams() == 1);
            three.request("GET /events", "", "");
            assertTrue(three.until("\r\n\r\n").startsWith("HTTP/1.1 200 "));
            nextStream().close();
            nextStream().close();
        }
    }

    @Test
    void a_reader_that_is_too_slow_is_cut_off_after_the_deadline() throws Exception {
        try (var server = new TestServer(routes(), TestServer::hasty);
                var client = new RawClient(server.server.port(), 4096)) {
            client.request("GET /events", "", "");
            EventStream stream = nextStream();
            var big = event("x".repeat(1 << 20));
            assertThrows(
                    StreamGone.class,
                    () -> {
                        for (int i = 0; i < 100; i++) stream.send(big);
                    });
            assertEquals("slow", stream.closed().join());
        }
    }

    @Test
    void closing_does_not_wait_for_a_sender_that_is_stuck() throws Exception {
        try (var server = new TestServer(routes());
                var client = new RawClient(server.server.port(), 4096)) {
            client.request("GET /events", "", "");
            EventStream stream = nextStream();
            var failed = new CompletableFuture<String>();
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (true) stream.send(event("x".repeat(1 << 20)));
                        } catch (StreamGone gone) {
                            failed.complete(gone.getMessage());
                        }
                    });
            stream.keepAlive();
            await().until(() -> stream.isSending());
            stream.close();
            assertEquals("server", within(Duration.ofSeconds(2), failed));
        }
    }

    @Test
    void events_of_two_threads_do_not_mix() throws Exception {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("GET /events", "", "").until("\r\n\r\n");
            EventStream stream = nextStream();
            var done = new CountDownLatch(2);
            for (String word : List.of("a", "b")) {
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                for (int i = 0; i < 200; i++) {
                                    stream.send(event(word.repeat(500)));
                                    stream.keepAlive();
                                }
                            } catch (StreamGone gone) {
                                throw new IllegalStateException(gone);
                            }
                            done.countDown();
                        });
            }
            var text = CompletableFuture.supplyAsync(() -> client.until("0\r\n\r\n"));
            assertTrue(done.await(10, TimeUnit.SECONDS));
            stream.close();
            String body = text.get(10, TimeUnit.SECONDS).replaceAll("[0-9a-f]+\r\n|\r\n", "");
            long whole = body.lines().filter(line -> line.matches("data: (a{500}|b{500})")).count();
            assertEquals(400, whole);
        }
    }

    @Test
    void P3_three_hundred_slow_readers_do_not_hurt_another_request() throws Exception {
        List<RawClient> readers = new ArrayList<>();
        Queue<String> ended = new ConcurrentLinkedQueue<>();
        try (var server = new TestServer(routes())) {
            for (int i = 0; i < 300; i++) {
                var reader = new RawClient(server.server.port(), 4096);
                readers.add(reader);
                reader.request("GET /events", "", "");
                EventStream stream = nextStream();
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                while (true) stream.send(event("x".repeat(1 << 16)));
                            } catch (StreamGone gone) {
                                ended.add(gone.getMessage());
                            }
                        });
            }
            long descriptors = openDescriptors();
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                long before = System.nanoTime();
                assertEquals(200, server.get("/page").statusCode());
                millis.add(Duration.ofNanos(System.nanoTime() - before).toMillis());
            }
            millis.sort(null);
            assertTrue(millis.get(25) < 100, "median " + millis.get(25) + " ms");
            assertTrue(openDescriptors() - descriptors < 50, "blocked writers open nothing");
            readers.forEach(RawClient::close);
            await().until(() -> ended.size() == 300);
        }
    }

    @Test
    void five_hundred_streams_leave_no_descriptor_behind() throws Exception {
        try (var server = new TestServer(routes())) {
            server.get("/page");
            long before = openDescriptors();
            for (int round = 0; round < 5; round++) {
                List<RawClient> clients = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    RawClient client = server.raw();
                    clients.add(client);
                    client.request("GET /events", "", "").until("\r\n\r\n");
                    nextStream().send(event("x"));
                }
                clients.forEach(RawClient::close);
            }
            await().until(() -> server.server.openStreams() == 0);
            await().until(() -> openDescriptors() <= before + 5);
        }
    }

    private static long openDescriptors() {
        String[] all = new File("/proc/self/fd").list();
        return all == null ? 0 : all.length;
    }
}
