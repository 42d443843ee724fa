package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Design section 11 and Forgejo facts, section E: who and what passes the relay, and what does not.
 */
class RelayTest extends RelayBench {
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
        assertEquals(400, send(request("/api/v1/user?q=%7C&%73UDO=bob").GET()).statusCode());
        assertEquals(405, send(request("/o/r/releases/download/v1/a").DELETE()).statusCode());
        assertEquals(
                405,
                send(request("/api/v1/user").method("PROPFIND", BodyPublishers.noBody()))
                        .statusCode());
        assertEquals(0, reached.get());
    }

    @Test
    void each_call_of_a_session_is_recorded_without_names() throws Exception {
        start(false, exchange -> text(exchange, 404, "{}"));
        send(request("/api/v1/repos/alice/plans/issues/7?q=secret").GET());
        RelayCall call = recorded();
        assertEquals(1, call.lease());
        assertEquals(FixedAccess.GRANT, call.grant().toString());
        assertEquals(NOW, call.startedAt());
        assertEquals("GET", call.method());
        assertEquals("/api/v1/repos/{}/{}/issues/{}", call.pathPattern());
        assertEquals(404, call.status());
        assertFalse(call.duration().isNegative());
        send(request("/api/v1/user/keys").POST(BodyPublishers.ofString("{}")));
        assertEquals("/api/v1/user/keys 403", shown(recorded()));
        send(request("/api/v1//x").GET());
        assertEquals(" 400", shown(recorded()));
        authorized("token nobody");
        assertTrue(calls.isEmpty(), "no session, no record");
    }

    private static String shown(RelayCall call) {
        return call.pathPattern() + " " + call.status();
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
}
