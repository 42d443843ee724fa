package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.core.DataSize;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Design section 11 and Forgejo facts, section E: what passes the relay, and what does not. */
class RelayTest {
    private static final int MEBIBYTE = 1 << 20;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private EchoForge forge;
    private Relay relay;
    private Relay.Entry entry;

    private void start(boolean readOnly, EchoForge.Answer answer) throws IOException {
        start(readOnly, answer, Duration.ofSeconds(20), 16);
    }

    private void start(boolean readOnly, EchoForge.Answer answer, Duration limit, int calls)
            throws IOException {
        forge = new EchoForge(answer);
        var config =
                new RelayConfig(
                        forge.url(),
                        forge.url(),
                        RelayConfig.STANDARD_DENIED,
                        DataSize.ofMebibytes(8),
                        Duration.ofSeconds(5),
                        limit,
                        limit,
                        calls,
                        8,
                        List.of());
        relay = Relay.start(config, new SecureRandom());
        entry = relay.admit(new FixedAccess(readOnly));
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        if (relay != null) relay.close();
        if (forge != null) forge.close();
    }

    @Test
    void the_dummy_token_becomes_the_real_one_and_nothing_of_the_child_slips_through()
            throws Exception {
        Map<String, String> seen = new ConcurrentHashMap<>();
        start(
                false,
                exchange -> {
                    exchange.getRequestHeaders()
                            .forEach((name, values) -> seen.put(name, String.join("|", values)));
                    exchange.getResponseHeaders().add("Set-Cookie", "session=1");
                    exchange.getResponseHeaders().add("Keep-Alive", "timeout=9");
                    exchange.getResponseHeaders().add("X-Total-Count", "3");
                    exchange.getResponseHeaders().add("X-Echo", "it was " + FixedAccess.ACCESS);
                    exchange.sendResponseHeaders(200, -1);
                });
        HttpResponse<String> answer =
                send(
                        request("/api/v1/user")
                                .header("Cookie", "session=2")
                                .header("Sudo", "bob")
                                .header("Accept-Encoding", "gzip")
                                .header("X-Forwarded-For", "10.0.0.1")
                                .header("Proxy-Authorization", "Basic x")
                                .header("User-Agent", "forgejo-mcp/2.34.1")
                                .GET());
        assertEquals("token " + FixedAccess.ACCESS, seen.get("Authorization"));
        assertEquals(forge.url().getAuthority(), seen.get("Host"));
        assertEquals("forgejo-mcp/2.34.1", seen.get("User-agent"));
        for (String name :
                List.of(
                        "Cookie",
                        "Sudo",
                        "Accept-encoding",
                        "X-forwarded-for",
                        "Proxy-authorization")) {
            assertFalse(seen.containsKey(name), name);
        }
        assertEquals("3", answer.headers().firstValue("X-Total-Count").orElseThrow());
        assertTrue(answer.headers().firstValue("Set-Cookie").isEmpty());
        assertTrue(answer.headers().firstValue("X-Echo").isEmpty());
    }

    @Test
    void no_body_makes_an_administrator_somebody_else() throws Exception {
        List<String> queries = new java.util.concurrent.CopyOnWriteArrayList<>();
        start(
                false,
                exchange -> {
                    queries.add(String.valueOf(exchange.getRequestURI().getRawQuery()));
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, -1);
                });
        assertEquals(415, posted("application/x-www-form-urlencoded").statusCode());
        assertEquals(415, posted("Application/X-WWW-Form-URLEncoded; charset=utf-8").statusCode());
        assertEquals(200, posted("multipart/form-data; boundary=b").statusCode());
        assertEquals(200, posted("application/json").statusCode());
        assertEquals(List.of("name=a&sudo=", "name=a"), queries);
    }

    private HttpResponse<String> posted(String type) throws Exception {
        return send(
                request("/api/v1/repos/a/b/issues/1/assets?name=a")
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString("sudo=bob")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"token ", "Bearer ", "bearer "})
    void both_schemes_are_taken(String scheme) throws Exception {
        start(false, RelayTest::ok);
        assertEquals(200, authorized(scheme + dummy()).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"token ptn_dummy_x", "Basic eDp5", "token", "token  ", "Digest x"})
    void anything_else_is_answered_like_forgejo_does(String authorization) throws Exception {
        start(false, RelayTest::ok);
        HttpResponse<String> answer = authorized(authorization);
        assertEquals(401, answer.statusCode());
        assertEquals("{\"message\":\"token is required\"}", answer.body());
    }

    @Test
    void the_dummy_token_of_a_closed_lease_is_unknown_at_once() throws Exception {
        start(false, RelayTest::ok);
        assertEquals(200, authorized("token " + dummy()).statusCode());
        entry.close();
        entry.close();
        assertEquals(401, authorized("token " + dummy()).statusCode());
        assertEquals(0, relay.entries());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void a_read_only_lease_changes_nothing(String method) throws Exception {
        var reached = new AtomicLong();
        start(
                true,
                exchange -> {
                    reached.incrementAndGet();
                    ok(exchange);
                });
        HttpResponse<String> answer =
                send(
                        request("/api/v1/repos/o/r/issues")
                                .method(method, BodyPublishers.ofString("{}")));
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("read-only"));
        assertEquals(0, reached.get());
        assertEquals(200, send(request("/api/v1/user").GET()).statusCode());
        assertEquals(
                200,
                send(request("/api/v1/user").method("HEAD", BodyPublishers.noBody())).statusCode());
    }

    @Test
    void denied_paths_and_other_methods_never_reach_the_forge() throws Exception {
        var reached = new AtomicLong();
        start(false, exchange -> reached.incrementAndGet());
        assertEquals(403, send(request("/api/v1/user/keys").GET()).statusCode());
        assertEquals(
                403,
                send(request("/api/v1/user/%6beys").POST(BodyPublishers.ofString("{}")))
                        .statusCode());
        assertEquals(400, send(request("/api/v1/user/%2e%2e/admin").GET()).statusCode());
        assertEquals(400, send(request("/api/v1/user?sudo=bob").GET()).statusCode());
        assertEquals(404, send(request("/user/login").GET()).statusCode());
        assertEquals(
                405,
                send(request("/api/v1/user").method("PROPFIND", BodyPublishers.noBody()))
                        .statusCode());
        assertEquals(0, reached.get());
    }

    @Test
    void absolute_form_and_a_foreign_host_are_refused() throws Exception {
        var reached = new AtomicLong();
        start(false, exchange -> reached.incrementAndGet());
        String authority = relay.url().getAuthority();
        assertEquals(400, raw("GET http://evil.example/api/v1/user HTTP/1.1", authority));
        assertEquals(400, raw("GET http://" + authority + "/api/v1/user HTTP/1.1", authority));
        assertEquals(400, raw("GET /api/v1/user HTTP/1.1", "evil.example"));
        assertEquals(400, raw("GET /api/v1/user HTTP/1.1", authority + "\r\nHost: evil.example"));
        assertEquals(400, raw("GET /api/v1/user;x HTTP/1.1", authority));
        assertEquals(400, raw("GET /api/v1/../admin HTTP/1.1", authority));
        assertEquals(0, reached.get());
    }

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

    private static void ok(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, -1);
    }

    private static void text(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            throw new IOException(closing);
        }
    }

    private String dummy() {
        return entry.dummyToken().useText(text -> text);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(relay.url() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "token " + dummy());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> authorized(String authorization) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(relay.url() + "/api/v1/user"))
                        .header("Authorization", authorization)
                        .build(),
                BodyHandlers.ofString());
    }

    private String location(String path) throws Exception {
        HttpResponse<String> answer = send(request(path).GET());
        assertEquals(307, answer.statusCode());
        return answer.headers().firstValue("Location").orElse("");
    }

    private int raw(String requestLine, String host) throws IOException {
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
