package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import postern.core.DataSize;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Nobody's sessions leave the others without an answer. */
class RelayPlacesTest extends RelayBench {
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();

    /** Calls of /api/v1/slow stay at the forge until {@link #goOn}. */
    private void start(RelayLimits limits, int slowCalls) throws Exception {
        var arrived = new CountDownLatch(slowCalls);
        start(
                false,
                exchange -> {
                    if (exchange.getRequestURI().getPath().endsWith("/slow")) {
                        arrived.countDown();
                        await(goOn);
                    }
                    ok(exchange);
                },
                limits,
                Set.of());
        for (int i = 0; i < slowCalls; i++) {
            slow.add(
                    client.sendAsync(
                            request("/api/v1/slow").GET().build(), BodyHandlers.ofString()));
        }
        arrived.await();
    }

    private HttpResponse<String> callOf(long person) throws Exception {
        try (Relay.Entry other = relay.admit(new FixedAccess(person, false))) {
            String token = other.dummyToken().useText(text -> text);
            return client.send(
                    HttpRequest.newBuilder(URI.create(relay.url() + "/api/v1/user"))
                            .header("Authorization", "token " + token)
                            .timeout(AT_ONCE)
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private static String retryAfter(HttpResponse<?> answer) {
        return answer.headers().firstValue("Retry-After").orElse("");
    }

    @Test
    void all_sessions_of_a_person_share_one_allowance() throws Exception {
        start(limits().withCalls(2, 600), 2);
        HttpResponse<String> refused = callOf(1);
        assertEquals(429, refused.statusCode());
        assertEquals("1", retryAfter(refused));
        assertEquals(200, callOf(2).statusCode(), "somebody else");
        goOn.countDown();
        for (var answer : slow) assertEquals(200, answer.get().statusCode());
        // the thread gives the place back after the answer
        Awaitility.await().until(() -> callOf(1).statusCode() == 200);
    }

    @Test
    void when_all_threads_are_busy_one_more_call_is_503_at_once() throws Exception {
        start(limits().withCalls(2, 600).withRoom(2, 64), 2);
        HttpResponse<String> refused = callOf(2);
        assertEquals(503, refused.statusCode());
        assertEquals("2", retryAfter(refused));
        goOn.countDown();
        for (var answer : slow) assertEquals(200, answer.get().statusCode());
        Awaitility.await().until(() -> callOf(2).statusCode() == 200);
    }

    @Test
    void a_child_that_does_not_take_its_answer_loses_the_call() throws Exception {
        var piece = new byte[1 << 20];
        start(
                true,
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (int i = 0; i < 100; i++) exchange.getResponseBody().write(piece);
                },
                limits().withSizes(DataSize.ofMebibytes(8), DataSize.ofMebibytes(128))
                        .withSlowReader(Duration.ofMillis(500))
                        .withRoom(1, 64),
                Set.of());
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", relay.url().getPort()));
            write(socket, "GET /api/v1/user HTTP/1.1", "Authorization: token " + dummy());
            assertEquals(0, recorded().status(), "no whole answer");
        }
    }

    @Test
    void a_stranger_whose_body_does_not_come_holds_no_thread() throws Exception {
        start(false, RelayBench::ok, limits().withRoom(1, 64), Set.of());
        try (var stranger = new Socket("127.0.0.1", relay.url().getPort())) {
            write(stranger, "POST /api/v1/user HTTP/1.1", "Content-Length: 5000");
            assertEquals('H', stranger.getInputStream().read());
            assertEquals(200, callOf(1).statusCode());
        }
    }

    @Test
    void a_child_whose_refused_body_does_not_come_holds_no_thread() throws Exception {
        start(true, RelayBench::ok, limits().withRoom(1, 64), Set.of());
        try (var child = new Socket("127.0.0.1", relay.url().getPort())) {
            write(
                    child,
                    "POST /api/v1/user HTTP/1.1",
                    "Authorization: token " + dummy() + "\r\nContent-Length: 5000");
            assertEquals('H', child.getInputStream().read());
            assertEquals(403, recorded().status());
            assertEquals(200, callOf(1).statusCode());
        }
    }

    private void write(Socket socket, String requestLine, String fields) throws IOException {
        String host = relay.url().getAuthority();
        String head = requestLine + "\r\nHost: " + host + "\r\n" + fields + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(US_ASCII));
    }
}
