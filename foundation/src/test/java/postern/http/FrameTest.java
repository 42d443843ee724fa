package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.core.DataSize;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the frame refuses, and what every answer carries. */
class FrameTest {
    private static final CorsPolicy CORS =
            new CorsPolicy(
                    Set.of("POST"),
                    List.of("Authorization", "Content-Type"),
                    List.of("WWW-Authenticate"));

    private final TestServer server =
            new TestServer(
                    Routes.builder()
                            .get("/page", request -> Response.text(200, "hello"))
                            .post("/echo", request -> Response.json(200, request.body()))
                            .maxBody(new DataSize(1000))
                            .cors(CORS)
                            .get("/path", request -> Response.text(200, request.rawQuery()))
                            .route("/both", Map.of("GET", r -> Response.text(200, r.method())))
                            .post("/both", request -> Response.empty(204))
                            .get(
                                    "/broken",
                                    request -> {
                                        throw new IllegalStateException("secret canary");
                                    })
                            .get(
                                    "/shaped",
                                    request -> {
                                        throw HttpError.badRequest("a hint", "the detail");
                                    })
                            .error(error -> Response.json(error.status(), "{\"error\":\"shaped\"}"))
                            .get("/misshaped", request -> null)
                            .error(error -> {
                                throw new IllegalStateException("broken shape");
                            })
                            .get("/client", request -> Response.text(200, request.clientAddress()))
                            .stream(
                                    Set.of("POST", "DELETE"),
                                    "/stream",
                                    DataSize.ofKibibytes(4),
                                    (request, answer) ->
                                            answer.send(Response.text(200, request.method())))
                            .streamPrefix(
                                    Set.of("POST"),
                                    "/stream/",
                                    DataSize.ofKibibytes(4),
                                    (request, answer) ->
                                            answer.send(Response.text(200, request.path()))));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void every_answer_carries_our_request_id_and_nosniff_and_no_server() {
        HttpResponse<String> answer = server.get("/page");
        assertEquals("hello", answer.body());
        assertEquals("r1", answer.headers().firstValue("X-Request-Id").orElse(""));
        assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertTrue(answer.headers().firstValue("Server").isEmpty());
        assertTrue(answer.headers().firstValue("X-Powered-By").isEmpty());
        var logged = server.logged();
        assertEquals("r1 GET /page 200", logged.requestId() + " GET /page " + logged.status());
    }

    @Test
    void a_request_id_of_the_client_is_ignored() {
        try (RawClient client = server.raw()) {
            String answer = client.request("GET /page", "X-Request-Id: evil\r\n", "").answer();
            assertTrue(answer.contains("X-Request-Id: r1\r\n"), answer);
            assertFalse(answer.contains("evil"), answer);
        }
    }

    @Test
    void P4_an_unknown_path_is_404_without_echo() {
        HttpResponse<String> answer = server.get("/canary-7f3a?x=canary-7f3a");
        assertEquals(404, answer.statusCode());
        assertFalse(answer.body().contains("canary"), answer.body());
        assertEquals(
                "application/problem+json", answer.headers().firstValue("Content-Type").orElse(""));
        assertEquals("-", server.logged().route());
    }

    @ParameterizedTest(name = "M11: {0} is not /page")
    @ValueSource(
            strings = {
                "//page",
                "/page/",
                "/page;x=1",
                "/%70age",
                "/./page",
                "/x/../page",
                "/Page",
                "/page%00",
                "/page%2f",
                "/page%3Bx",
                "/page;"
            })
    void a_path_matches_by_its_own_characters_only(String path) {
        try (RawClient client = server.raw()) {
            assertEquals(404, client.request("GET " + path, "", "").status());
        }
    }

    @Test
    void M11_a_prefix_matches_what_begins_with_it_and_shows_the_raw_path() {
        try (RawClient client = server.raw()) {
            String answer =
                    client.request("POST /stream/a%2Fb;c=1?q", "Content-Length: 0\r\n", "")
                            .answer();
            assertTrue(answer.endsWith("\r\n\r\n/stream/a%2Fb;c=1"), answer);
        }
        assertEquals("/stream/", server.logged().route());
    }

    @Test
    void a_query_reaches_the_handler_as_sent() {
        try (RawClient client = server.raw()) {
            String answer = client.request("GET /path?a=%00&b=%41+c&b=;", "", "").answer();
            assertTrue(answer.endsWith("a=%00&b=%41+c&b=;"), answer);
        }
    }

    @ParameterizedTest(name = "P4: {0} {1} is {2}, Allow {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST    | /page   | 405 | GET, HEAD
                    GET     | /echo   | 405 | OPTIONS, POST
                    OPTIONS | /page   | 405 | GET, HEAD
                    TRACE   | /page   | 405 | GET, HEAD
                    GET     | /stream | 405 | DELETE, POST
                    HEAD    | /stream | 405 | DELETE, POST
                    PUT     | /both   | 405 | GET, HEAD, POST
                    BREW    | /page   | 501 |
                    get     | /page   | 501 |
                    """)
    void a_wrong_method_is_refused(String method, String path, int status, String allow) {
        try (RawClient client = server.raw()) {
            String answer = client.request(method + " " + path, "", "").until("\r\n\r\n");
            assertEquals(String.valueOf(status), answer.substring(9, 12), answer);
            if (allow != null) assertTrue(answer.contains("Allow: " + allow + "\r\n"), answer);
        }
    }

    @Test
    void P4_connect_is_refused() {
        try (RawClient client = server.raw()) {
            int status = client.request("CONNECT other.test:443", "", "").status();
            assertTrue(status == 400 || status == 405 || status == 501, "status " + status);
        }
    }

    @Test
    void HEAD_is_GET_without_the_body() {
        try (RawClient client = server.raw()) {
            String answer = client.request("HEAD /page", "", "").until("\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            assertTrue(answer.contains("Content-Length: 5\r\n"), answer);
            assertEquals(200, client.request("GET /page", "", "").status());
        }
    }

    @Test
    void H18_a_preflight_names_what_is_allowed_and_never_credentials() {
        HttpResponse<String> answer = server.send("OPTIONS", "/echo");
        assertEquals(204, answer.statusCode());
        var fields = answer.headers();
        // once: browsers refuse an answer that says it twice
        assertEquals(List.of("*"), fields.allValues("Access-Control-Allow-Origin"));
        assertEquals("POST", fields.firstValue("Access-Control-Allow-Methods").orElse(""));
        assertEquals(
                "Authorization, Content-Type",
                fields.firstValue("Access-Control-Allow-Headers").orElse(""));
        assertTrue(fields.firstValue("Access-Control-Allow-Credentials").isEmpty());
        assertTrue(fields.firstValue("Content-Length").isEmpty());
    }

    @Test
    void H10_refusals_of_the_frame_carry_the_routes_cors_fields() {
        HttpResponse<String> answer = server.post("/echo", "x".repeat(1001));
        assertEquals(413, answer.statusCode());
        assertEquals("*", answer.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertEquals(
                "WWW-Authenticate",
                answer.headers().firstValue("Access-Control-Expose-Headers").orElse(""));
        assertTrue(
                server.get("/page").headers().firstValue("Access-Control-Allow-Origin").isEmpty(),
                "D19: no CORS fields where there is no policy");
    }

    @Test
    void P4_an_exception_shows_the_request_id_and_nothing_else() {
        HttpResponse<String> answer = server.get("/broken");
        assertEquals(500, answer.statusCode());
        assertFalse(answer.body().contains("canary"), answer.body());
        assertFalse(answer.body().contains("Exception"), answer.body());
        assertTrue(answer.body().contains("\"request_id\":\"r1\""), answer.body());
    }

    @Test
    void a_route_shapes_its_own_refusals() {
        HttpResponse<String> answer = server.get("/shaped");
        assertEquals("400 {\"error\":\"shaped\"}", answer.statusCode() + " " + answer.body());
        assertEquals(405, server.post("/shaped", "").statusCode());
        assertEquals(
                "GET, HEAD",
                server.post("/shaped", "").headers().firstValue("Allow").orElse(""),
                "fields survive the shape");
    }

    @Test
    void a_shape_that_fails_still_leaves_an_answer() {
        assertEquals(405, server.post("/misshaped", "").statusCode());
        assertEquals(500, server.get("/misshaped").statusCode());
    }

    @Test
    void a_body_of_exactly_the_limit_passes() {
        assertEquals("x".repeat(1000), server.post("/echo", "x".repeat(1000)).body());
    }
}
