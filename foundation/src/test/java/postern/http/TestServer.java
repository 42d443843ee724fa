package postern.http;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import org.slf4j.LoggerFactory;

import postern.core.DataSize;
import postern.core.Ticker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A server on a free loopback port, its log, and a client for well-formed requests. */
final class TestServer implements AutoCloseable {
    record Logged(
            String requestId,
            String method,
            String route,
            int status,
            Duration took,
            String client) {}

    static {
        // Undertow makes a stack trace for each status over 399 when its debug log is on.
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
    }

    final Queue<Logged> log = new ConcurrentLinkedQueue<>();
    final HttpServer server;
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong ids = new AtomicLong();

    TestServer(Routes.Builder routes) {
        this(routes, UnaryOperator.identity());
    }

    TestServer(Routes.Builder routes, UnaryOperator<HttpConfig> change) {
        try {
            server =
                    HttpServer.start(
                            change.apply(standard()),
                            routes.build(),
                            (id, method, route, status, took, address) ->
                                    log.add(new Logged(id, method, route, status, took, address)),
                            () -> "r" + ids.incrementAndGet());
        } catch (PortInUse impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Bodies of all requests together have so much for their beginnings, and for the rest. */
    TestServer(Routes.Builder routes, long smallBytes, long largeBytes) {
        HttpConfig config = standard();
        try {
            server =
                    HttpServer.start(
                            config,
                            routes.build(),
                            (id, method, route, status, took, address) ->
                                    log.add(new Logged(id, method, route, status, took, address)),
                            () -> "r" + ids.incrementAndGet(),
                            new Load(
                                    config.maxRequestsInFlight(),
                                    config.maxStreams(),
                                    smallBytes,
                                    largeBytes,
                                    Ticker.system()));
        } catch (PortInUse impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A page, and an echo of bodies up to 100,000 bytes. */
    static Routes.Builder echoing() {
        return Routes.builder()
                .get("/page", request -> Response.text(200, "hello"))
                .post("/echo", request -> Response.json(200, request.body()))
                .maxBody(new DataSize(100_000));
    }

    /** {@code /wait} tells {@code entered} of each request and answers when it may go on. */
    static Routes.Builder waiting(CountDownLatch entered, CountDownLatch go, Response answer) {
        return Routes.builder()
                .get(
                        "/wait",
                        request -> {
                            entered.countDown();
                            go.await();
                            return answer;
                        });
    }

    static HttpConfig standard() {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return HttpConfig.standard(listen, Set.of("127.0.0.1:0", "localhost:0", "postern.test"));
    }

    /** The standard configuration with short deadlines. */
    static HttpConfig hasty(HttpConfig c) {
        return new HttpConfig(
                c.listen(),
                c.allowedHosts(),
                c.trustedProxies(),
                c.maxBody(),
                Duration.ofMillis(300),
                Duration.ofMillis(300),
                c.maxRequestsInFlight(),
                c.maxStreams(),
                c.maxConnections(),
                c.httpsOrigin());
    }

    static HttpConfig trusting(HttpConfig c, String... proxies) {
        return new HttpConfig(
                c.listen(),
                c.allowedHosts(),
                List.of(proxies),
                c.maxBody(),
                c.bodyDeadline(),
                c.slowReaderDeadline(),
                c.maxRequestsInFlight(),
                c.maxStreams(),
                c.maxConnections(),
                c.httpsOrigin());
    }

    /** The proxy is on loopback, and the outside reaches it by https. */
    static HttpConfig behindHttpsProxy(HttpConfig c) {
        return new HttpConfig(
                c.listen(),
                c.allowedHosts(),
                List.of("127.0.0.1"),
                c.maxBody(),
                c.bodyDeadline(),
                c.slowReaderDeadline(),
                c.maxRequestsInFlight(),
                c.maxStreams(),
                c.maxConnections(),
                Optional.of("https://postern.test"));
    }

    static HttpConfig connections(HttpConfig c, int max) {
        return new HttpConfig(
                c.listen(),
                c.allowedHosts(),
                c.trustedProxies(),
                c.maxBody(),
                c.bodyDeadline(),
                c.slowReaderDeadline(),
                c.maxRequestsInFlight(),
                c.maxStreams(),
                max,
                c.httpsOrigin());
    }

    static HttpConfig limited(HttpConfig c, int requests, int streams) {
        return new HttpConfig(
                c.listen(),
                c.allowedHosts(),
                c.trustedProxies(),
                c.maxBody(),
                c.bodyDeadline(),
                c.slowReaderDeadline(),
                requests,
                streams,
                c.maxConnections(),
                c.httpsOrigin());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> get(String path) {
        return exchange(HttpRequest.newBuilder(uri(path)).build());
    }

    HttpResponse<String> post(String path, String body) {
        return exchange(
                HttpRequest.newBuilder(uri(path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    HttpResponse<String> send(String method, String path) {
        return exchange(
                HttpRequest.newBuilder(uri(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build());
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    RawClient raw() {
        return new RawClient(server.port());
    }

    Logged logged() {
        await().until(() -> !log.isEmpty());
        return log.peek();
    }

    /** Also the leak check: nothing may be in flight when a test is over. */
    @Override
    public void close() {
        await().atMost(Duration.ofSeconds(5))
                .until(() -> server.requestsInFlight() + server.openStreams() == 0);
        client.close();
        server.close();
    }
}
