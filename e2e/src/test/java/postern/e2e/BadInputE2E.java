package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.mcp.McpClient;
import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What strangers send: each has its defined status, none a stack trace, none disturbs the next. */
class BadInputE2E {
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir static Path folder;
    private static PosternProcess server;
    private static BuiltinPerson person;
    private static String session;

    @BeforeAll
    static void start() throws Exception {
        server =
                PosternProcess.start(
                        PosternProcess.Settings.standard()
                                .withArguments("serve")
                                .withFolder(folder)
                                .withEnvironment(Map.of("POSTERN_LISTEN", "127.0.0.1:0")));
        person =
                BuiltinPerson.connect(
                        server.url().resolve("/mcp"), BuiltinPerson.printedCode(server));
        try (McpClient client =
                McpClient.of(server.url().resolve("/mcp"), person.tokens().accessToken())) {
            assertEquals(200, client.initialize("2025-11-25").status());
            session = client.sessionId();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) server.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    unknown path                      | GET    | /nothing         | -    | -                        | 404
                    path with a dot segment           | GET    | /mcp/../healthz  | -    | -                        | 401
                    wrong method                      | PUT    | /oauth/token     | -    | -                        | 405
                    unknown method                    | BREW   | /mcp             | -    | -                        | 501
                    garbage at the token endpoint     | POST   | /oauth/token     | form | %zz%                     | 400
                    JSON at the token endpoint        | POST   | /oauth/token     | json | {}                       | 400
                    no type at the token endpoint     | POST   | /oauth/token     | -    | grant_type=x             | 400
                    garbage at registration           | POST   | /oauth/register  | json | {{{                      | 400
                    repeated member at registration   | POST   | /oauth/register  | json | {"a":1,"a":2}            | 400
                    array at registration             | POST   | /oauth/register  | json | []                       | 400
                    unknown client at authorize       | GET    | /oauth/authorize?client_id=x | - | -            | 400
                    callback out of nowhere           | GET    | /oauth/callback?code=x&state=y | - | -          | 400
                    consent out of nowhere            | POST   | /oauth/consent   | form | decision=allow           | 403
                    sign-in out of nowhere            | GET    | /sign-in         | -    | -                        | 400
                    MCP without a token               | POST   | /mcp             | json | {}                       | 401
                    another server without a token    | DELETE | /mcp/other       | -    | -                        | 401
                    """)
    void a_stranger_gets(
            String what, String method, String path, String type, String body, int status)
            throws IOException {
        assertStatus(status, raw(method, path, type, text(body), ""));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    empty body                   | json |                                                        | 400
                    garbage                      | json | nonsense                                               | 400
                    a batch                      | json | [{"jsonrpc":"2.0","id":1,"method":"ping"}]             | 400
                    repeated member              | json | {"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}        | 400
                    fractional id                | json | {"jsonrpc":"2.0","id":1.5,"method":"ping"}             | 400
                    not JSON                     | form | a=b                                                    | 415
                    request of the stateless era | json | {"jsonrpc":"2.0","id":1,"method":"server/discover"}    | 400
                    no session                   | json | {"jsonrpc":"2.0","id":1,"method":"tools/list"}         | 400
                    """)
    void a_caller_with_a_token_gets(String what, String type, String body, int status)
            throws IOException {
        assertStatus(status, raw("POST", "/mcp", type, text(body), bearer()));
    }

    @Test
    void an_unknown_session_and_a_malformed_one_are_404_and_400() throws IOException {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        assertStatus(404, raw("POST", "/mcp", "json", ping, bearer() + "Mcp-Session-Id: abc\r\n"));
        assertStatus(200, raw("POST", "/mcp", "json", ping, bearer() + session()));
    }

    @Test
    void somebody_elses_session_is_404_like_an_unknown_one() throws Exception {
        ProcessBuilder users =
                new ProcessBuilder(
                        PosternProcess.packagedProgram().toString(), "users", "code", "mallory");
        users.directory(folder.toFile());
        String printed;
        try (InputStream out = users.start().getInputStream()) {
            printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        String code = printed.strip().replaceFirst(".* ", "");
        BuiltinPerson mallory = BuiltinPerson.connect(server.url().resolve("/mcp"), code);
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        String token = "Authorization: Bearer " + mallory.tokens().accessToken() + "\r\n";
        assertStatus(404, raw("POST", "/mcp", "json", ping, token + session()));
        assertStatus(200, raw("POST", "/mcp", "json", ping, bearer() + session()));
    }

    @Test
    void malformed_and_foreign_tokens_are_401() throws IOException {
        String access = person.tokens().accessToken();
        for (String token :
                new String[] {
                    "x", access.substring(1), access + "x", person.tokens().refreshToken()
                }) {
            String answer = raw("GET", "/mcp", "-", "", "Authorization: Bearer " + token + "\r\n");
            assertStatus(401, answer);
        }
    }

    @Test
    void a_body_over_the_limit_is_413_and_bytes_that_are_not_utf8_are_400() throws IOException {
        String large = "{\"a\":\"" + "x".repeat(5 << 20) + "\"}";
        assertStatus(413, raw("POST", "/mcp", "json", large, bearer()));
        assertStatus(413, raw("POST", "/oauth/register", "json", large, ""));
        byte[] body = {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'};
        String text = new String(body, StandardCharsets.ISO_8859_1);
        assertStatus(400, raw("POST", "/mcp", "json", text, bearer()));
    }

    @Test
    void a_foreign_host_and_a_foreign_origin_are_refused() throws IOException {
        assertStatus(421, send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        assertStatus(
                403,
                raw("POST", "/mcp", "json", ping, bearer() + "Origin: http://evil.example\r\n"));
    }

    private static String session() {
        return "Mcp-Session-Id: " + session + "\r\n";
    }

    private static String bearer() {
        return "Authorization: Bearer " + person.tokens().accessToken() + "\r\n";
    }

    private static String text(String cell) {
        return cell == null || cell.equals("-") ? "" : cell;
    }

    private static void assertStatus(int status, String answer) {
        assertAll(
                () ->
                        assertEquals(
                                "HTTP/1.1 " + status,
                                answer.substring(0, Math.min(12, answer.length()))),
                () -> assertFalse(answer.contains("\tat "), answer),
                () -> assertFalse(answer.contains("Exception"), answer));
    }

    private static String raw(String method, String path, String type, String body, String headers)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        String media = type.equals("json") ? JSON : type.equals("form") ? FORM : "";
        String content = media.isEmpty() ? "" : "Content-Type: " + media + "\r\n";
        URI url = server.url();
        return send(
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + url.getAuthority()
                        + "\r\nConnection: close\r\nAccept: application/json, text/event-stream\r\n"
                        + content
                        + headers
                        + "Content-Length: "
                        + bytes.length
                        + "\r\n\r\n"
                        + body);
    }

    private static String send(String request) throws IOException {
        URI url = server.url();
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            var answer = new StringBuilder();
            var buffer = new byte[8192];
            for (int read; (read = socket.getInputStream().read(buffer)) > 0; ) {
                answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                if (isWhole(answer)) break;
            }
            return answer.toString();
        }
    }

    private static boolean isWhole(StringBuilder answer) {
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) return false;
        var length =
                java.util.regex.Pattern.compile("(?i)content-length: ([0-9]+)").matcher(answer);
        return length.find() && answer.length() >= end + 4 + Integer.parseInt(length.group(1));
    }
}
