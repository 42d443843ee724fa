package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.AfterEach;

import postern.core.DataSize;
import postern.core.Ticker;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A relay in front of a server that does what one test wants. */
abstract class RelayBench {
    static final String PUBLIC = "https://forge.example.org/git";

    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final BlockingQueue<RelayCall> calls = new LinkedBlockingQueue<>();
    EchoForge forge;
    Relay relay;
    Relay.Entry entry;

    void start(boolean readOnly, EchoForge.Answer answer) throws IOException {
        start(readOnly, answer, limits(), Set.of());
    }

    static RelayLimits limits() {
        return RelayLimits.standard()
                .withSizes(DataSize.ofMebibytes(8), DataSize.ofMebibytes(8))
                .withTimeout(Duration.ofSeconds(20));
    }

    void start(boolean readOnly, EchoForge.Answer answer, RelayLimits limits, Set<Standing> allowed)
            throws IOException {
        forge = new EchoForge(answer);
        startBefore(forge.url(), limits, allowed);
        entry = relay.admit(new FixedAccess(readOnly));
    }

    /** Nobody is admitted yet. */
    void startBefore(URI forgeUrl, RelayLimits limits, Set<Standing> allowed) {
        var config = new RelayConfig(URI.create(PUBLIC), forgeUrl, allowed, limits);
        relay =
                Relay.start(
                        config,
                        new RelayMeans(new SecureRandom(), () -> NOW, Ticker.system(), calls::add));
    }

    /** What the relay recorded next. */
    RelayCall recorded() throws InterruptedException {
        RelayCall call = calls.poll(10, TimeUnit.SECONDS);
        assertNotNull(call, "a record within 10 s");
        return call;
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        if (relay != null) relay.close();
        if (forge != null) forge.close();
    }

    static void ok(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, -1);
    }

    static void text(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            throw new IOException(closing);
        }
    }

    String dummy() {
        return entry.dummyToken().useText(text -> text);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(relay.url() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "token " + dummy());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> authorized(String authorization) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(relay.url() + "/api/v1/user"))
                        .header("Authorization", authorization)
                        .build(),
                BodyHandlers.ofString());
    }

    String location(String path) throws Exception {
        HttpResponse<String> answer = send(request(path).GET());
        assertEquals(307, answer.statusCode());
        return answer.headers().firstValue("Location").orElse("");
    }

    int raw(String requestLine, String host) throws IOException {
        try (var socket = new Socket("127.0.0.1", relay.url().getPort())) {
            String text =
                    requestLine
                            + "\r\nHost: "
                            + host
                            + "\r\nAuthorization: token "
                            + dummy()
                            + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = socket.getInputStream()) {
                String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                return Integer.parseInt(answer.substring(9, 12));
            }
        }
    }
}
