package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Forgejo facts A10 and section E: what becomes of answers and of bodies. */
class RelayAnswersTest extends RelayBench {
    private static final int MEBIBYTE = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 422, 500})
    void real_tokens_are_taken_out_of_error_bodies(int status) throws Exception {
        String body =
                "{\"message\":\"[sha: " + FixedAccess.ACCESS + "] " + FixedAccess.REFRESH + "\"}";
        start(
                false,
                exchange -> {
                    boolean probe = exchange.getRequestURI().getPath().endsWith("/version");
                    text(exchange, probe ? 200 : status, body);
                });
        HttpResponse<String> answer = send(request("/api/v1/user").GET());
        assertEquals(status, answer.statusCode());
        assertEquals("{\"message\":\"[sha: ***] ***\"}", answer.body());
    }

    @Test
    void a_redirect_leads_back_to_the_relay_and_is_not_followed_by_it() throws Exception {
        start(
                false,
                exchange -> {
                    String target = exchange.getRequestURI().getQuery();
                    exchange.getResponseHeaders().add("Location", target);
                    exchange.sendResponseHeaders(307, -1);
                });
        assertEquals(
                relay.url() + "/api/v1/repositories/1",
                location("/api/v1/repos/o/old?/api/v1/repositories/1"));
        assertEquals(
                relay.url() + "/api/v1/x",
                location("/api/v1/repos/o/old?" + forge.url() + "/api/v1/x"));
        assertEquals("", location("/api/v1/repos/o/old?http://evil.example/api/v1/x"));
    }

    @Test
    void a_body_of_several_megabytes_passes_both_ways() throws Exception {
        start(
                false,
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(201, 0);
                    exchange.getResponseBody().write(body);
                });
        var body = new byte[5 * MEBIBYTE];
        Arrays.fill(body, (byte) 'x');
        for (var publisher :
                List.of(
                        BodyPublishers.ofByteArray(body),
                        BodyPublishers.ofInputStream(
                                () -> new java.io.ByteArrayInputStream(body)))) {
            HttpResponse<byte[]> answer =
                    client.send(
                            request("/api/v1/repos/o/r/releases/1/assets").POST(publisher).build(),
                            BodyHandlers.ofByteArray());
            assertEquals(201, answer.statusCode());
            assertArrayEquals(body, answer.body());
        }
    }

    @Test
    void a_body_over_the_limit_is_413_or_cut_off() throws Exception {
        start(
                false,
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    ok(exchange);
                });
        int status;
        try {
            status =
                    send(request("/api/v1/repos/o/r/contents/a")
                                    .POST(BodyPublishers.ofByteArray(new byte[9 * MEBIBYTE])))
                            .statusCode();
        } catch (IOException cutOff) {
            status = 413;
        }
        assertEquals(413, status);
    }

    @Test
    void more_calls_at_once_than_allowed_are_429() throws Exception {
        var arrived = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        start(
                false,
                exchange -> {
                    arrived.countDown();
                    await(goOn);
                    ok(exchange);
                },
                Duration.ofSeconds(20),
                1);
        var first =
                client.sendAsync(request("/api/v1/user").GET().build(), BodyHandlers.ofString());
        await(arrived);
        assertEquals(429, send(request("/api/v1/user").GET()).statusCode());
        goOn.countDown();
        assertEquals(200, first.get().statusCode());
    }

    @Test
    void a_forge_that_hangs_is_503_after_the_time_for_answers() throws Exception {
        var goOn = new CountDownLatch(1);
        start(false, exchange -> await(goOn), Duration.ofMillis(300), 16);
        int status;
        try {
            status = send(request("/api/v1/user").GET()).statusCode();
        } catch (IOException deadlineOfTheWholeCall) {
            status = 503;
        }
        assertEquals(503, status);
        goOn.countDown();
    }
}
