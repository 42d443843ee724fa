package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.program.PosternProcess;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The packaged program in an empty folder with no configuration, as somebody meets it who tries it.
 */
class FirstRunE2E {
    @TempDir Path folder;

    @Test
    void the_printed_code_signs_in_and_the_builtin_tools_answer() throws Exception {
        var settings =
                PosternProcess.Settings.standard()
                        .withArguments("serve")
                        .withFolder(folder)
                        .withEnvironment(Map.of("POSTERN_LISTEN", "127.0.0.1:0"));
        try (PosternProcess server = PosternProcess.start(settings)) {
            URI endpoint = server.url().resolve("/mcp");
            assertTrue(
                    server.stdout()
                            .contains("claude mcp add --transport http postern " + endpoint));
            BuiltinPerson person =
                    BuiltinPerson.connect(endpoint, BuiltinPerson.printedCode(server));
            try (McpClient client = McpClient.of(endpoint, person.tokens().accessToken())) {
                assertEquals(200, client.initialize("2025-11-25").status());
                client.notify("notifications/initialized", null);
                McpAnswer tools = client.request("tools/list", null);
                assertEquals(
                        java.util.List.of("countdown", "echo", "whoami"),
                        StreamSupport.stream(tools.result().path("tools").spliterator(), false)
                                .map(tool -> tool.path("name").asText())
                                .sorted()
                                .toList());
                assertTrue(
                        client.callTool("echo", "{\"text\":\"hello\"}")
                                .toolText()
                                .contains("hello"));
                McpAnswer countdown = client.callTool("countdown", "{\"from\":3}", "token-1");
                assertEquals(3, countdown.before().size());
            }
        }
    }
}
