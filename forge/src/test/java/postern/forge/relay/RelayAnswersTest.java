package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
        assertEquals(
                relay.url() + "/o/new/releases/download/v1/a.txt",
                location(
                        "/o/old/releases/download/v1/a.txt?"
                                + PUBLIC
                                + "/o/new/releases/download/v1/a.txt"));
    }

    @Test
    void a_redirect_to_another_host_is_403_and_tells_no_address() throws Exception {
        start(
                false,
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "http://evil.example/x");
                    exchange.getResponseHeaders().add("Refresh", "0; url=http://evil.example/x");
                    exchange.sendResponseHeaders(303, -1);
                });
        HttpResponse<String> answer = send(request("/api/v1/repos/o/old").GET());
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("another host"), answer.body());
        assertFalse(answer.headers().toString().contains("evil"), answer.headers().toString());
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
    void an_answer_over_the_limit_is_502_or_cut_off() throws Exception {
        start(
                false,
                exchange -> {
                    boolean told = exchange.getRequestURI().getPath().endsWith("told");
                    exchange.sendResponseHeaders(200, told ? 9 * MEBIBYTE : 0);
                    exchange.getResponseBody().write(new byte[9 * MEBIBYTE]);
                });
        assertEquals(502, send(request("/api/v1/told").GET()).statusCode());
        assertThrows(IOException.class, () -> send(request("/api/v1/silent").GET()));
    }

    /** What stands before the token begins as one does, too. */
    @ParameterizedTest(name = "pieces of {0}")
    @ValueSource(ints = {1, 7, 1000})
    void a_token_is_taken_out_of_good_answers_as_well_and_in_pieces(int piece) throws Exception {
        start(
                false,
                exchange -> {
                    byte[] body = ("arrearreal-" + FixedAccess.ACCESS + "b").getBytes(US_ASCII);
                    exchange.sendResponseHeaders(200, body.length);
                    for (int at = 0; at < body.length; at += piece) {
                        int length = Math.min(piece, body.length - at);
                        exchange.getResponseBody().write(body, at, length);
                        exchange.getResponseBody().flush();
                    }
                });
        String stars = "*".repeat(FixedAccess.ACCESS.length());
        assertEquals("arrearreal-" + stars + "b", send(request("/api/v1/user").GET()).body());
    }

    @Test
    void a_token_right_behind_the_beginning_of_one_is_taken_out() throws Exception {
        start(false, exchange -> text(exchange, 403, "r" + FixedAccess.ACCESS + "r"));
        assertEquals("r***r", send(request("/api/v1/user").GET()).body());
    }

    @Test
    void a_compressed_answer_in_which_nothing_can_be_found_is_502() throws Exception {
        start(
                false,
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                    text(exchange, 200, "{}");
                });
        assertEquals(502, send(request("/api/v1/user").GET()).statusCode());
    }

    @Test
    void more_calls_in_a_minute_than_allowed_are_429_for_this_session_only() throws Exception {
        start(false, RelayBench::ok, limits().withCalls(4, 4), Set.of());
        assertEquals(200, send(request("/api/v1/user").GET()).statusCode());
        assertEquals(200, send(request("/api/v1/user").GET()).statusCode());
        HttpResponse<String> refused = send(request("/api/v1/user").GET());
        assertEquals(429, refused.statusCode());
        assertEquals("5", refused.headers().firstValue("Retry-After").orElseThrow());
        Relay.Entry other = relay.admit(new FixedAccess(false));
        String token = other.dummyToken().useText(text -> text);
        assertEquals(200, authorized("token " + token).statusCode());
    }

    @Test
    void connections_to_the_forge_are_used_again() throws Exception {
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        start(
                false,
                exchange -> {
                    ports.add(exchange.getRemoteAddress().getPort());
                    exchange.getRequestBody().readAllBytes();
                    int status = Integer.parseInt(exchange.getRequestURI().getQuery());
                    if (status == 204) exchange.sendResponseHeaders(status, -1);
                    else text(exchange, status, "{}");
                });
        for (int status : List.of(200, 201, 204, 403, 404, 409, 422, 500, 503)) {
            for (String method : List.of("GET", "POST", "DELETE")) {
                var body = BodyPublishers.ofString("{}");
                var request = request("/api/v1/user?" + status).method(method, body);
                assertEquals(status, send(request).statusCode(), method);
            }
        }
        assertEquals(1, ports.size());
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
                limits().withCalls(1, 600),
                Set.of());
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
        start(
                false,
                exchange -> await(goOn),
                limits().withTimeout(Duration.ofMillis(300)),
                Set.of());
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
