package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import postern.bridge.tools.ShippedTables;
import postern.bridge.tools.ToolClass;
import postern.bridge.tools.ToolTable;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.Personality;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The real forgejo-mcp behind the packaged program, at the Forgejo double. Looks for the program in
 * POSTERN_TEST_FORGEJO_MCP, then on PATH.
 */
class ForgejoMcpE2E {
    private static final String PROGRAM = "POSTERN_TEST_FORGEJO_MCP";
    private static final String ISSUES = "/api/v1/repos/alice/secret-plans/issues";

    private static Optional<Path> program() {
        String named = System.getenv(PROGRAM);
        if (named != null) return Optional.of(Path.of(named));
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "forgejo-mcp"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * It is a program of other people under a licence of its own, so it is not part of this one and
     * nothing here fetches it. What it does at the relay is also tested with the fixture server,
     * which prints what it was seen to print; these tests show that this is still so.
     */
    @BeforeEach
    void needsTheProgram() {
        assumeTrue(
                program().filter(Files::isExecutable).isPresent(),
                "forgejo-mcp is not on PATH and " + PROGRAM + " does not name it");
    }

    @Test
    void every_tool_that_it_has_is_in_the_table_of_tools() throws Exception {
        ToolTable table = ShippedTables.named(ShippedTables.FORGEJO_MCP);
        try (Installation installation = installation();
                McpClient session = session(installation, "mcp:read mcp:write")) {
            Map<String, JsonNode> tools = tools(session);
            var unknown = new TreeSet<>(tools.keySet());
            unknown.removeAll(table.classes().keySet());
            System.out.println("forgejo-mcp lists " + tools.size() + " tools");
            assertEquals(Set.of(), unknown, "tools that the table does not know");
            assertTrue(tools.size() > 100, tools.keySet()::toString);
            tools.forEach((name, tool) ->
                    assertEquals(
                            table.classes().get(name) == ToolClass.READ,
                            tool.path("annotations").path("readOnlyHint").asBoolean(),
                            name));
        }
    }

    @Test
    void it_lists_reads_and_writes_as_its_person() throws Exception {
        try (Installation installation = installation();
                McpClient session = session(installation, "mcp:read mcp:write")) {
            JsonNode repositories = result(session, "list_my_repos", "{\"page\":1,\"limit\":10}");
            assertEquals(
                    Set.of("public-notes", "secret-plans"),
                    new TreeSet<>(repositories.findValuesAsText("name")));
            JsonNode issue = result(session, "get_issue_by_index", of("\"index\":1"));
            assertEquals("First issue of alice", issue.path("title").asText());
            JsonNode made =
                    result(session, "create_issue", of("\"title\":\"Made\",\"body\":\"by it\""));
            assertEquals(2, made.path("number").asInt(), made::toString);
            assertEquals(1, installation.forge().requestCount("POST", ISSUES));
        }
    }

    @Test
    void small_attachments_arrive_and_of_large_ones_the_client_hears_where_they_are()
            throws Exception {
        try (Installation installation = installation();
                McpClient session = session(installation, "mcp:read")) {
            long small = addFile(installation, "note.txt", "private note");
            long large = addFile(installation, "big.zip", "x".repeat(1_400_000));
            McpAnswer arrived = download(session, small);
            String root = installation.forge().rootUrl().toString();
            JsonNode resource = arrived.result().path("content").path(1).path("resource");
            assertEquals("private note", new String(resource.path("blob").binaryValue()));
            assertTrue(resource.path("uri").asText().startsWith(root + "attachments/"));
            String told = download(session, large).toolText();
            assertTrue(told.contains("\"" + root + "attachments/"), told);
            assertTrue(told.contains("the person can open browser_download_url"), told);
            assertFalse(told.contains("TOKEN"), told);
        }
    }

    @Test
    void a_read_only_grant_writes_nothing() throws Exception {
        try (Installation installation = installation();
                McpClient session = session(installation, "mcp:read")) {
            assertFalse(tools(session).containsKey("create_issue"));
            McpAnswer refused = session.callTool("create_issue", of("\"title\":\"x\""));
            assertEquals(403, refused.status());
            assertTrue(refused.error().path("message").asText().contains("read-only"));
            assertEquals(0, installation.forge().requestCount("POST", ISSUES));
        }
    }

    @Test
    void tokens_that_end_in_the_middle_of_a_session_are_renewed_behind_it() throws Exception {
        var shortLived =
                ForgejoDoubleOptions.standard().withAccessTokenLifetime(Duration.ofSeconds(2));
        try (Installation installation = installation(shortLived);
                McpClient session = session(installation, "mcp:read mcp:write")) {
            Await.until(
                    "three tokens have ended",
                    Duration.ofSeconds(60),
                    () -> {
                        JsonNode person = result(session, "get_my_user_info", "{}");
                        assertEquals("alice", person.path("login").asText());
                        return installation.forge().tokenRequestCount("refresh_token") >= 3;
                    });
            result(session, "create_issue", of("\"title\":\"After\",\"body\":\"it\""));
        }
    }

    private static String of(String more) {
        return "{\"owner\":\"alice\",\"repo\":\"secret-plans\"," + more + "}";
    }

    private static long addFile(Installation installation, String name, String content) {
        return installation
                .forge()
                .content()
                .addIssueFile("alice", "secret-plans", 1, name, content);
    }

    private static McpAnswer download(McpClient session, long id) throws IOException {
        String arguments = of("\"index\":1,\"attachment_id\":" + id);
        return session.callTool("download_issue_attachment", arguments);
    }

    /** What a tool answers, without the wrapping of this server. */
    private static JsonNode result(McpClient session, String tool, String arguments)
            throws IOException {
        String text = session.callTool(tool, arguments).toolText();
        return new ObjectMapper().readTree(text).path("Result");
    }

    private static Map<String, JsonNode> tools(McpClient session) throws IOException {
        Map<String, JsonNode> byName = new TreeMap<>();
        session.request("tools/list", JsonNodeFactory.instance.objectNode())
                .result()
                .path("tools")
                .forEach(tool -> byName.put(tool.path("name").asText(), tool));
        return byName;
    }

    private static McpClient session(Installation installation, String scope) throws IOException {
        return SignedIn.at(installation.endpoint(), "alice", "password", Map.of("scope", scope))
                .openSession();
    }

    private static Installation installation() throws IOException, InterruptedException {
        return installation(
                ForgejoDoubleOptions.standard().withPersonality(Personality.FORGEJO_16));
    }

    private static Installation installation(ForgejoDoubleOptions options)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-e2e-");
        int port = Ports.free();
        return Installation.start(
                folder,
                options,
                URI.create("http://127.0.0.1:" + port),
                port,
                ServersFile.forgejoMcp(folder, program().orElseThrow().toAbsolutePath()),
                Map.of());
    }
}
