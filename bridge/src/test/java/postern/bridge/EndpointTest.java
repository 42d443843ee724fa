package postern.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.Scope;
import postern.bridge.McpClient.Answer;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Refusals of the endpoint, in their order. */
class EndpointTest {
    private static final String METADATA =
            "resource_metadata=\"https://mcp.example.org/.well-known/oauth-protected-resource/mcp\"";
    private static final String SCOPE = "scope=\"mcp:read mcp:write\"";

    private static Gateway gateway;
    private static McpClient client;

    @BeforeAll
    static void open() throws Exception {
        gateway = Gateway.withFixture("well", UnaryOperator.identity());
        client = gateway.client(gateway.signIn("ada"));
        assertEquals(200, client.initialize().status());
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @ParameterizedTest(name = "M1: {0} without a token")
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
    void every_method_needs_a_token(String method) {
        for (String path : List.of("/mcp", "/mcp/", "/mcp/fixture", "/mcp/unknown", "/mcp/..%2f")) {
            var nobody = new McpClient(gateway.uri(path), Optional.empty());
            Answer answer =
                    nobody.send(nobody.request().method(method, BodyPublishers.ofString("[")));
            assertEquals(401, answer.status(), path);
            String challenge = answer.header("www-authenticate");
            assertTrue(challenge.startsWith("Bearer resource_metadata="), challenge);
            assertFalse(challenge.contains("error"), challenge);
            assertTrue(challenge.endsWith(SCOPE), challenge);
        }
    }

    @Test
    void the_challenge_names_the_endpoint_s_own_metadata() {
        var nobody = new McpClient(gateway.uri("/mcp/fixture"), Optional.empty());
        String named = nobody.post("{}").header("www-authenticate");
        assertTrue(named.contains("oauth-protected-resource/mcp/fixture\""), named);
        var atRoot = new McpClient(gateway.uri("/mcp"), Optional.empty());
        assertEquals(
                "Bearer " + METADATA + ", " + SCOPE, atRoot.post("{}").header("www-authenticate"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    M1 | Basic YTpi                    | false
                    M2 | Bearer nonsense               | true
                    M2 | Bearer ptn_at_AAAAAAAAAAAAAAA | true
                    M5 | Bearer a,b                    | true
                    M5 | Bearer a b                    | true
                    """)
    void a_token_that_is_none(String rule, String value, boolean named) {
        var nobody = new McpClient(gateway.uri("/mcp"), Optional.empty());
        HttpRequest.Builder request = nobody.request().header("Authorization", value);
        Answer answer = nobody.send(request.POST(BodyPublishers.ofString("{}")));
        assertEquals(401, answer.status());
        String error = named ? "error=\"invalid_token\", " : "";
        assertEquals(
                "Bearer " + error + METADATA + ", " + SCOPE, answer.header("www-authenticate"));
    }

    @Test
    void M4_a_token_in_the_query_is_not_seen() {
        String token = gateway.signIn("query").token();
        var nobody = new McpClient(gateway.uri("/mcp?access_token=" + token), Optional.empty());
        assertEquals(401, nobody.post("{}").status());
    }

    @Test
    void M5_the_scheme_is_compared_without_case() {
        String token = gateway.signIn("case").token();
        var nobody = new McpClient(gateway.uri("/mcp"), Optional.empty());
        HttpRequest.Builder request = nobody.request().header("Authorization", "bEaReR " + token);
        assertEquals(400, nobody.send(request.POST(BodyPublishers.ofString("{}"))).status());
    }

    @Test
    void M6_a_token_is_good_at_its_own_endpoint_only() {
        var atRoot = gateway.signIn("root");
        var named = gateway.signIn("named", Scope.FULL, Gateway.RESOURCE + "/fixture");
        assertEquals(401, at("/mcp/fixture", atRoot).initialize().status());
        assertEquals(401, at("/mcp", named).initialize().status());
        McpClient right = at("/mcp/fixture", named);
        assertEquals(200, right.initialize().status());
        assertEquals(
                401, at("/mcp", named).withSession(right.session()).call("1", "whoami").status());
        assertEquals(404, at("/mcp/unknown", atRoot).initialize().status());
        assertEquals(200, at("/mcp/", atRoot).initialize().status());
    }

    @Test
    void M3_a_token_that_only_reads_sees_and_calls_only_what_reads() {
        McpClient reader = at("/mcp", gateway.signIn("reader", Scope.READ_ONLY, Gateway.RESOURCE));
        assertEquals(200, reader.initialize().status());
        String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
        assertFalse(reader.post(list).body().contains("\"line\""));
        assertTrue(client.post(list).body().contains("{\"name\":\"line\"}"));
        assertTrue(client.post(list).body().contains("\"readOnlyHint\":true"));
        assertTrue(reader.call("1", "whoami").body().contains("reader/id-reader"));
        assertTrue(reader.call("1", "w\\u0068oami").body().contains("error")); // the fixture's own
        for (String tool : List.of("note", "line", "unheard", "", "n\\u006fte")) {
            Answer refused = reader.call("\"x\"", tool);
            assertEquals(403, refused.status(), tool);
            assertEquals(
                    "Bearer error=\"insufficient_scope\", " + METADATA + ", " + SCOPE,
                    refused.header("www-authenticate"));
            assertTrue(refused.body().contains("\"id\":\"x\""), refused.body());
            assertTrue(refused.body().contains("read-only"), refused.body());
        }
        String call = "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":%s}}";
        assertEquals(403, reader.post(call.formatted("\"note\"")).status(), "without an id");
        assertEquals(400, reader.post(call.formatted("[\"note\"]")).status(), "no name");
        assertEquals(200, client.call("1", "note").status());
    }

    private static McpClient at(String path, Gateway.SignedIn who) {
        return new McpClient(gateway.uri(path), Optional.of(who.token()));
    }

    @Test
    void M9_a_foreign_session_is_like_an_unknown_one() {
        var eve = gateway.client(gateway.signIn("eve"));
        var otherGrant = gateway.client(gateway.signIn("ada"));
        Answer unknown = eve.withSession("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").call("1", "whoami");
        for (McpClient foreign : List.of(eve, otherGrant)) {
            McpClient thief = foreign.withSession(client.session());
            assertEquals(404, thief.call("1", "whoami").status());
            assertEquals(unknown.body(), thief.call("1", "whoami").body());
            assertEquals(404, thief.delete().status());
            assertEquals(404, thief.send(thief.request().GET()).status());
        }
        assertEquals(200, client.call("1", "whoami").status());
    }

    @Test
    void M10_a_page_of_another_origin_is_refused_before_anything_else() {
        var nobody = new McpClient(gateway.uri("/mcp"), Optional.empty());
        HttpRequest.Builder foreign = nobody.request().header("Origin", "https://evil.example");
        assertEquals(403, nobody.send(foreign.POST(BodyPublishers.ofString("{}"))).status());
        HttpRequest.Builder own = client.request().header("Origin", "https://mcp.example.org");
        String call = McpClient.callText("1", "whoami", "{}");
        assertEquals(200, client.send(own.POST(BodyPublishers.ofString(call))).status());
    }

    @ParameterizedTest(name = "{0} {1}: {2} {3} is {4}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    PUT    | with    | -                    | -                 | 405
                    HEAD   | with    | -                    | -                 | 405
                    GET    | without | -                    | -                 | 405
                    DELETE | without | -                    | -                 | 400
                    POST   | without | -                    | -                 | 400
                    POST   | with    | Content-Type         | text/plain        | 415
                    POST   | with    | Content-Type         | application/json; charset=latin1 | 415
                    POST   | with    | Content-Type         | application/json; charset=UTF-8  | 200
                    POST   | with    | Accept               | application/json  | 406
                    POST   | with    | Accept               | text/html         | 406
                    POST   | with    | Accept               | */*               | 200
                    POST   | with    | Accept               | text/event-stream;q=1, Application/JSON | 200
                    GET    | with    | Accept               | application/json  | 406
                    POST   | with    | MCP-Protocol-Version | 1999-01-01        | 400
                    POST   | with    | MCP-Protocol-Version | 2025-06-18        | 200
                    POST   | with    | MCP-Protocol-Version | 2026-07-28        | 200
                    """)
    void table(String method, String session, String header, String value, int status) {
        McpClient who = client;
        if (session.equals("without")) who = gateway.client(gateway.signIn("table"));
        HttpRequest.Builder request = who.request();
        if (!header.equals("-")) request.setHeader(header, value);
        request.method(method, BodyPublishers.ofString(McpClient.callText("1", "whoami", "{}")));
        Answer answer = who.send(request);
        assertEquals(status, answer.status());
        if (status == 405) assertTrue(answer.header("allow").contains("POST"));
    }

    static Stream<Arguments> garbage() {
        String deep = "[".repeat(200) + "]".repeat(200);
        return Stream.of(
                body("empty", "", -32700),
                body("blank", " \n", -32700),
                body("half", "{\"jsonrpc\":\"2.0\"", -32700),
                body("two messages", "{} {}", -32700),
                body("not UTF-8", new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}, -32700),
                body("UTF-16", "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), -32700),
                body("byte order mark", "\ufeff{\"jsonrpc\":\"2.0\"}", -32700),
                body(
                        "duplicate key",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
                        -32700),
                body(
                        "duplicate in params",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"name\":\"b\"}}",
                        -32700),
                body(
                        "too deep",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"a\":"
                                + deep
                                + "}}",
                        -32700),
                body(
                        "a name that a lax server prefers",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"NAME\":\"b\"}}",
                        -32600),
                body(
                        "params that a lax server prefers",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\"},\"param\u017f\":{\"name\":\"b\"}}",
                        -32600),
                body(
                        "a method that a lax server prefers",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"\\u004dethod\":\"tools/call\",\"params\":{\"name\":\"b\"}}",
                        -32600),
                body("batch", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600),
                body("number", "1", -32600),
                body("no version", "{\"id\":1,\"method\":\"ping\"}", -32600),
                body("null id", "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600),
                body(
                        "fractional id",
                        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
                        -32600),
                body("object id", "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", -32600),
                body(
                        "method and result",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"result\":1}",
                        -32600),
                body("nothing in it", "{\"jsonrpc\":\"2.0\",\"id\":1}", -32600),
                body(
                        "params list",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":[]}",
                        -32600),
                body("method number", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}", -32600));
    }

    private static Arguments body(String name, String body, int code) {
        return body(name, body.getBytes(StandardCharsets.UTF_8), code);
    }

    private static Arguments body(String name, byte[] body, int code) {
        return Arguments.of(name, body, code);
    }

    @ParameterizedTest(name = "{0} is {2}")
    @MethodSource
    void garbage(String name, byte[] body, int code) {
        Answer answer = client.post(body);
        assertEquals(400, answer.status(), name);
        assertTrue(answer.body().contains("\"code\":" + code), answer.body());
    }

    @Test
    void a_body_over_4_MiB_is_413() {
        byte[] body = new byte[4 * 1024 * 1024 + 1];
        java.util.Arrays.fill(body, (byte) ' ');
        assertEquals(413, client.post(body).status());
    }

    @Test
    void a_large_body_within_the_limit_passes() {
        String text = "x".repeat(3 * 1024 * 1024);
        assertEquals(200, client.call("1", "whoami", "{\"t\":\"" + text + "\"}").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":\"d\",\"method\":\"server/discover\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"d\",\"method\":\"initialize\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"d\",\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}"
            })
    void a_modern_request_gets_the_refusal_that_makes_clients_fall_back(String body) {
        Answer answer = gateway.client(gateway.signIn("modern")).post(body);
        assertEquals(400, answer.status());
        assertTrue(answer.body().contains("\"id\":\"d\""), answer.body());
        assertTrue(answer.body().contains("-32000"), answer.body());
    }

    @Test
    void a_live_session_is_legacy_whatever_the_envelope_says() {
        Answer answer =
                client.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"},\"name\":\"whoami\"}}");
        assertTrue(answer.body().contains("ada/id-ada"));
    }

    @Test
    void M13_a_page_may_read_the_session_id_and_the_challenge() {
        var nobody = new McpClient(gateway.uri("/mcp"), Optional.empty());
        Answer answer = nobody.send(nobody.request().method("OPTIONS", BodyPublishers.noBody()));
        assertEquals(204, answer.status());
        assertTrue(answer.header("access-control-allow-headers").contains("Mcp-Session-Id"));
        assertTrue(
                nobody.post("{}")
                        .header("access-control-expose-headers")
                        .contains("WWW-Authenticate"));
    }
}
