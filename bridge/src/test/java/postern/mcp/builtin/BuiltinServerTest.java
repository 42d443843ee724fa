package postern.mcp.builtin;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofSeconds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.bridge.Gateway;
import postern.bridge.McpClient;
import postern.bridge.ServerDefinition;
import postern.bridge.ServerDefinitions;

import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

class BuiltinServerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}} | "protocolVersion":"2025-06-18"
                    {"id":1,"method":"initialize","params":{"protocolVersion":"2099-01-01"}} | "protocolVersion":"2025-11-25"
                    {"id":1,"method":"ping"}                                                 | "result":{}
                    {"id":"a","method":"tools/list"}                                         | "readOnlyHint":true
                    {"id":1,"method":"resources/list"}                                       | -32601
                    {"id":1,"method":"tools/call","params":{"name":"nothing"}}               | -32602
                    {"id":1,"method":"tools/call","params":{"name":"echo"}}                  | -32602
                    {"id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}} | "text":"hi"
                    {"id":1,"method":"tools/call","params":{"name":"whoami"}}                | ada (id 7)
                    {"id":1,"method":"tools/call","params":{"name":"countdown","arguments":{"from":61}}} | -32602
                    not json                                                                 | -32700
                    """)
    void one_line_one_answer(String line, String expected) throws Exception {
        String answer = answers(line + "\n");
        assertTrue(answer.contains(expected), answer);
        assertEquals(1, answer.lines().count());
    }

    @Test
    void notifications_and_empty_lines_get_no_answer() throws Exception {
        assertEquals(
                "", answers("\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n"));
    }

    @Test
    void a_countdown_tells_its_progress_and_can_be_cancelled() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var write = new PipedOutputStream();
                var read = new PipedInputStream(write)) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> run(read, out));
            write.write(
                    utf8(
                            "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"countdown\",\"_meta\":{\"progressToken\":\"p\"},\"arguments\":{\"from\":3,\"stepMillis\":1}}}\n"
                                + "{\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"countdown\",\"arguments\":{\"from\":60,\"stepMillis\":10000}}}\n"
                                + "{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":2}}\n"));
            write.flush();
            await().atMost(ofSeconds(5))
                    .until(() -> out.toString(StandardCharsets.UTF_8).contains("\"result\""));
            write.close();
            served.join();
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(4, lines.size());
        assertTrue(lines.get(2).contains("\"progress\":3,\"total\":3"));
        assertTrue(lines.get(3).contains("\"id\":1"));
    }

    @Test
    void through_the_gateway_it_knows_its_caller() throws Exception {
        var definition =
                ServerDefinition.ofTrusted(
                        "builtin",
                        Gateway.java(BuiltinServer.class),
                        Map.of(
                                "POSTERN_USER_LOGIN",
                                "${user.login}",
                                "POSTERN_USER_ID",
                                "${user.id}"));
        try (Gateway gateway = Gateway.with(ServerDefinitions.of(definition))) {
            McpClient client = gateway.client(gateway.signIn("ada"));
            assertEquals(200, client.initialize().status());
            assertTrue(client.call("1", "whoami").body().contains("ada (id id-ada)"));
            var counted =
                    client.post(
                            McpClient.progressText(
                                    "2", "countdown", "{\"from\":3,\"stepMillis\":10}"));
            assertTrue(counted.isStream());
            assertEquals(4, counted.events().size());
        }
    }

    private static void run(java.io.InputStream in, java.io.OutputStream out) {
        try {
            BuiltinServer.run(in, out, Map.of("POSTERN_USER_LOGIN", "ada", "POSTERN_USER_ID", "7"));
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static String answers(String lines) {
        var out = new ByteArrayOutputStream();
        run(new java.io.ByteArrayInputStream(utf8(lines)), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
