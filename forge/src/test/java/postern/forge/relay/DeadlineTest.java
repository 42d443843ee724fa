package postern.forge.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** All children share the I/O threads, so what one call ends with must not hold them. */
class DeadlineTest {
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch closes = new CountDownLatch(1);
    private final Undertow server =
            Undertow.builder()
                    .addHttpListener(0, "127.0.0.1")
                    .setIoThreads(1)
                    .setHandler(exchange -> {
                        if (exchange.getRequestPath().equals("/quick")) exchange.endExchange();
                        else exchange.dispatch(() -> holdOn(exchange));
                    })
                    .build();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        closes.countDown();
        client.close();
        server.stop();
    }

    private void holdOn(HttpServerExchange exchange) {
        try (var deadline = new Deadline(exchange, Duration.ofMillis(10))) {
            deadline.alsoClose(this::closeSlowly);
            closes.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeSlowly() {
        closing.countDown();
        try {
            closes.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private int status(String path) throws Exception {
        var address = (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                        .timeout(Duration.ofSeconds(20))
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void a_close_that_takes_its_time_holds_nobody_but_its_own_call() throws Exception {
        server.start();
        assertThrows(IOException.class, () -> status("/slow"), "cut off");
        await().until(() -> closing.getCount() == 0);
        assertEquals(200, status("/quick"));
    }
}
