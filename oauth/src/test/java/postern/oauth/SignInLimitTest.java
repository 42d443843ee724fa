package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import postern.fetch.FetchFailed;
import postern.oauth.TestClient.Kind;
import postern.oauth.client.ClientConfig;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Somebody without an account who asks for authorization all the time. */
class SignInLimitTest {
    private static final int BURST = 600;

    @Test
    void what_is_refused_counts_as_well_and_answers_to_the_question_too() throws Exception {
        try (var server = TestAuthorizationServer.start()) {
            var walk = new Walk(server.client(Kind.PUBLIC, TestClient.LOOPBACK));
            Page consent = walk.consentPage();
            server.clock().relaxLimits();
            for (int i = 0; i < BURST; i++) {
                assertEquals(400, server.wire.get("/oauth/authorize?client_id=unknown").status());
            }
            RawAnswer refused = server.wire.get("/oauth/authorize?client_id=unknown");
            assertEquals(429, refused.status());
            assertFalse(refused.header("Retry-After").isEmpty());
            assertEquals(429, walk.allow(consent).status());
            assertTrue(
                    fromElsewhere(server, "/oauth/authorize?client_id=unknown")
                            .startsWith("HTTP/1.1 400"),
                    "another network is not kept out");
            server.clock().relaxLimits();
            assertTrue(walk.allow(consent).isRedirect());
        }
    }

    private static String fromElsewhere(TestAuthorizationServer server, String target)
            throws IOException {
        InetAddress here = InetAddress.getByName("127.0.0.2");
        int port = server.issuer().getPort();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port, here, 0)) {
            socket.setSoTimeout(20_000);
            String request =
                    "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(target, server.wire.authority());
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void who_would_wait_for_a_slow_document_is_refused_when_four_wait_already() throws Exception {
        var go = new CountDownLatch(1);
        Setup slow =
                Setup.standard()
                        .clients(config ->
                                ClientConfig.standard(url -> {
                                    try {
                                        go.await();
                                    } catch (InterruptedException stopped) {
                                        throw new FetchFailed("stopped", stopped);
                                    }
                                    throw new FetchFailed(FetchFailed.Kind.UNAVAILABLE, "slow");
                                }));
        BlockingQueue<RawAnswer> answers = new LinkedBlockingQueue<>();
        List<Thread> callers = new ArrayList<>();
        try (var server = TestAuthorizationServer.start(slow)) {
            String target = "/oauth/authorize?client_id=https://slow.example/c";
            for (int i = 0; i < 20; i++) {
                callers.add(Thread.ofVirtual().start(() -> answers.add(server.wire.get(target))));
            }
            try {
                for (int i = 0; i < 16; i++) {
                    RawAnswer refused = answers.poll(5, TimeUnit.SECONDS);
                    assertTrue(refused != null, "somebody else waits");
                    assertEquals(503, refused.status(), refused::toString);
                    assertEquals("10", refused.header("Retry-After"));
                }
            } finally {
                go.countDown();
                for (Thread caller : callers) caller.join();
            }
            for (int i = 0; i < 4; i++) assertEquals(400, answers.remove().status());
        }
    }
}
