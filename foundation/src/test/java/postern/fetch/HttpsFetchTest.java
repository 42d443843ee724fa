package postern.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.core.DataSize;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;

/** Rules C2, C3 and C4 over real TLS on loopback. */
class HttpsFetchTest {
    private static final String GOOD =
            "HTTP/1.1 200 OK|Content-Type: application/json|Content-Length: 2||{}";
    private static final FetchLimits PATIENT =
            new FetchLimits(Duration.ofSeconds(20), new DataSize(5120), 16);
    private static final FetchLimits HASTY =
            new FetchLimits(Duration.ofMillis(700), new DataSize(5120), 16);
    private static final InetAddress FIRST = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SECOND = InetAddress.ofLiteral("127.0.0.2");
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
    private static SSLContext key;

    @BeforeAll
    static void makeKey(@TempDir Path folder) throws Exception {
        key = TlsServer.newKey(folder);
    }

    private static HttpsFetch fetch(
            TlsServer server, Resolver resolver, AddressGuard guard, FetchLimits limits) {
        return new HttpsFetch(resolver, guard, server.sockets(), limits);
    }

    private static URI url(TlsServer server, String host) {
        return URI.create("https://" + host + ":" + server.port() + "/a/client.json?x=%20y");
    }

    private static void refused(TlsServer.Answer answer, FetchLimits limits) throws Exception {
        try (var server = TlsServer.start(key, answer);
                var fetch = fetch(server, host -> List.of(FIRST), AddressGuard.any(), limits)) {
            assertThrows(FetchFailed.class, () -> fetch.get(url(server, TlsServer.HOST)));
        }
    }

    @Test
    void a_document_is_fetched_with_a_plain_request() throws Exception {
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch = fetch(server, host -> List.of(FIRST), AddressGuard.any(), PATIENT)) {
            assertEquals("{}", new String(fetch.get(url(server, TlsServer.HOST)).body(), UTF_8));
            assertEquals(
                    "GET /a/client.json?x=%20y HTTP/1.1\nHost: documents.example:"
                            + server.port()
                            + "\nAccept: application/json\nAccept-Encoding: identity\n"
                            + "User-Agent: Postern\nConnection: close\n",
                    server.requests.getFirst());
        }
    }

    @Test
    void C2_a_redirect_is_not_followed() throws Exception {
        try (var server =
                        TlsServer.start(
                                key,
                                socket ->
                                        TlsServer.write(
                                                socket,
                                                "HTTP/1.1 302 Found|Location: /other|"
                                                        + "Content-Length: 0||"));
                var fetch = fetch(server, host -> List.of(FIRST), AddressGuard.any(), PATIENT)) {
            FetchFailed refused =
                    assertThrows(FetchFailed.class, () -> fetch.get(url(server, TlsServer.HOST)));
            assertEquals("status 302", refused.getMessage());
            assertEquals(1, server.requests.size());
        }
    }

    @Test
    void C3_a_host_with_special_use_addresses_only_is_not_connected_to() throws Exception {
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch =
                        fetch(
                                server,
                                host -> List.of(FIRST, InetAddress.ofLiteral("::1")),
                                AddressGuard.publicOnly(),
                                PATIENT)) {
            assertThrows(FetchFailed.class, () -> fetch.get(url(server, TlsServer.HOST)));
            assertEquals(List.of(), server.reachedAt);
        }
    }

    @Test
    void C3_the_address_that_was_checked_is_the_one_connected_to() throws Exception {
        var asked = new AtomicInteger();
        // the second answer of a rebinding name server would be the forbidden address
        Resolver rebinding = host -> List.of(asked.getAndIncrement() == 0 ? FIRST : SECOND);
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch = fetch(server, rebinding, FIRST::equals, PATIENT)) {
            fetch.get(url(server, TlsServer.HOST));
            assertEquals(1, asked.get());
            assertEquals(List.of(FIRST), server.reachedAt);
            assertThrows(FetchFailed.class, () -> fetch.get(url(server, TlsServer.HOST)));
            assertEquals(List.of(FIRST), server.reachedAt);
        }
    }

    @Test
    void C3_of_mixed_addresses_only_the_allowed_ones_are_tried() throws Exception {
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch = fetch(server, host -> List.of(SECOND, FIRST), FIRST::equals, PATIENT)) {
            fetch.get(url(server, TlsServer.HOST));
            assertEquals(List.of(FIRST), server.reachedAt);
        }
    }

    @Test
    void a_certificate_for_another_name_is_refused() throws Exception {
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch = fetch(server, host -> List.of(FIRST), AddressGuard.any(), PATIENT)) {
            assertThrows(FetchFailed.class, () -> fetch.get(url(server, "other.example")));
            assertEquals(List.of(), server.requests);
        }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_refused() throws Exception {
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch =
                        new HttpsFetch(
                                host -> List.of(FIRST),
                                AddressGuard.any(),
                                SSLContext.getDefault().getSocketFactory(),
                                PATIENT)) {
            assertThrows(FetchFailed.class, () -> fetch.get(url(server, TlsServer.HOST)));
        }
    }

    @Test
    void an_unknown_name_is_a_failed_fetch() throws Exception {
        Resolver none =
                host -> {
                    throw new UnknownHostException(host);
                };
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch = fetch(server, none, AddressGuard.any(), PATIENT)) {
            assertThrows(FetchFailed.class, () -> fetch.get(url(server, TlsServer.HOST)));
        }
    }

    @Test
    void C4_a_body_that_drips_is_cut_at_the_deadline() throws Exception {
        long before = System.nanoTime();
        refused(
                socket -> {
                    TlsServer.write(socket, GOOD.replace("2||{}", "4000||"));
                    for (int i = 0; i < 4000; i++) {
                        TlsServer.write(socket, "x");
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                    }
                },
                HASTY);
        assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(15));
    }

    @Test
    void C4_a_name_server_that_hangs_is_cut_at_the_deadline() throws Exception {
        var never = new CountDownLatch(1);
        Resolver hanging =
                host -> {
                    try {
                        never.await();
                    } catch (InterruptedException closed) {
                        throw new UnknownHostException(host);
                    }
                    return List.of(FIRST);
                };
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch = fetch(server, hanging, AddressGuard.any(), HASTY)) {
            assertThrows(FetchFailed.class, () -> fetch.get(url(server, TlsServer.HOST)));
            assertEquals(List.of(), server.reachedAt);
        }
    }

    @Test
    void C4_name_servers_that_hang_take_no_place_of_other_fetches() throws Exception {
        var never = new CountDownLatch(1);
        var hanging = new CountDownLatch(2);
        Resolver resolver =
                host -> {
                    if (host.equals(TlsServer.HOST)) return List.of(FIRST);
                    hanging.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException closed) {
                        throw new UnknownHostException(host);
                    }
                    return List.of(FIRST);
                };
        var one = new FetchLimits(Duration.ofSeconds(20), new DataSize(5120), 1);
        try (var server = TlsServer.start(key, socket -> TlsServer.write(socket, GOOD));
                var fetch = fetch(server, resolver, AddressGuard.any(), one)) {
            for (String host : List.of("hangs.example", "hangs.test")) {
                URI url = url(server, host);
                THREADS.execute(() -> assertThrows(FetchFailed.class, () -> fetch.get(url)));
            }
            assertTrue(hanging.await(20, TimeUnit.SECONDS));
            assertEquals(2, fetch.get(url(server, TlsServer.HOST)).body().length);
        }
    }

    @Test
    void C4_a_large_body_is_cut_while_it_is_read() throws Exception {
        var sent = new AtomicInteger();
        refused(
                socket -> {
                    TlsServer.write(
                            socket,
                            GOOD.replace("Content-Length: 2||{}", "Transfer-Encoding: chunked||"));
                    for (int i = 0; i < 100_000; i++) {
                        TlsServer.write(socket, "400|" + "x".repeat(1024) + "|");
                        sent.incrementAndGet();
                    }
                },
                PATIENT);
        assertTrue(sent.get() < 100_000);
    }

    @Test
    void only_so_many_run_at_once() throws Exception {
        var go = new CountDownLatch(1);
        var reached = new CountDownLatch(2);
        TlsServer.Answer waiting =
                socket -> {
                    reached.countDown();
                    go.await();
                    TlsServer.write(socket, GOOD);
                };
        var two = new FetchLimits(Duration.ofSeconds(20), new DataSize(5120), 2);
        try (var server = TlsServer.start(key, waiting);
                var fetch = fetch(server, host -> List.of(FIRST), AddressGuard.any(), two)) {
            URI url = url(server, TlsServer.HOST);
            List<CompletableFuture<Fetched>> running =
                    List.of(
                            CompletableFuture.supplyAsync(() -> got(fetch, url), THREADS),
                            CompletableFuture.supplyAsync(() -> got(fetch, url), THREADS));
            assertTrue(reached.await(20, TimeUnit.SECONDS));
            FetchFailed third = assertThrows(FetchFailed.class, () -> fetch.get(url));
            assertEquals("too many fetches at once", third.getMessage());
            go.countDown();
            running.forEach(CompletableFuture::join);
        }
    }

    private static Fetched got(HttpsFetch fetch, URI url) {
        try {
            return fetch.get(url);
        } catch (FetchFailed failed) {
            throw new IllegalStateException(failed);
        }
    }
}
