package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.Test;

import postern.bridge.tools.ShippedTables;
import postern.bridge.tools.ToolClass;
import postern.bridge.tools.ToolTable;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The shipped table of forgejo-mcp, tool by tool, with a child that advertises them all as
 * destructive and does whatever it is told.
 */
class ToolClassesE2E {
    private static final ToolTable TABLE = ShippedTables.named(ShippedTables.FORGEJO_MCP);
    private static final String UNKNOWN = "tool_of_tomorrow";

    /** A request at the forge's API. */
    private record Change(String tool, String method, String path) {
        String arguments() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("method", method)
                    .put("path", path)
                    .toString();
        }
    }

    @Test
    void a_read_only_grant_cannot_write_by_any_tool() throws Exception {
        try (Installation installation = installation();
                McpClient session = session(installation, "mcp:read")) {
            Map<String, JsonNode> listed = listed(session);
            assertEquals(TABLE.names(ToolClass.READ), listed.keySet(), "all others are hidden");
            listed.forEach((name, hints) -> assertHints(name, hints, true, false));
            List<Change> changes = new ArrayList<>(changes());
            changes.add(new Change(UNKNOWN, "POST", "/api/v1/user/repos"));
            for (Change change : changes) {
                McpAnswer refused = session.callTool(change.tool(), change.arguments());
                assertEquals(403, refused.status(), change::tool);
                assertTrue(refused.error().path("message").asText().contains("read-only"));
                String tried = session.callTool("get_org", change.arguments()).toolText();
                assertTrue(tried.startsWith("403 "), () -> change + " at the relay: " + tried);
                assertTrue(tried.contains("read-only"), () -> change + " at the relay: " + tried);
            }
            assertEquals(Set.of(), writesAtForge(installation));
            assertTrue(session.callTool("get_my_user_info", "{}").toolText().startsWith("200 "));
        }
    }

    @Test
    void a_grant_that_may_write_sees_each_tool_as_what_it_is() throws Exception {
        try (Installation installation = installation();
                McpClient session = session(installation, "mcp:read mcp:write")) {
            Map<String, JsonNode> listed = listed(session);
            TABLE.classes()
                    .forEach((name, known) ->
                            assertHints(
                                    name,
                                    listed.get(name),
                                    known == ToolClass.READ,
                                    known == ToolClass.DESTRUCTIVE));
            assertHints(UNKNOWN, listed.get(UNKNOWN), false, true);
            assertTrue(listed.containsKey("echo"), "what the fixture has besides");
            Set<String> expected = new TreeSet<>();
            for (Change change : changes()) {
                String told = session.callTool(change.tool(), change.arguments()).toolText();
                assertFalse(told.contains("read-only"), () -> change + ": " + told);
                expected.add(change.method() + " " + change.path());
            }
            assertEquals(expected, writesAtForge(installation));
        }
    }

    private static void assertHints(String name, JsonNode hints, boolean reads, boolean destroys) {
        assertEquals(reads, hints.path("readOnlyHint").asBoolean(!reads), name);
        assertEquals(destroys, hints.path("destructiveHint").asBoolean(!destroys), name);
        assertTrue(hints.path("openWorldHint").asBoolean(false), name + ": the child's own word");
    }

    /** Annotations by tool. */
    private static Map<String, JsonNode> listed(McpClient session) throws IOException {
        McpAnswer answer = session.request("tools/list", JsonNodeFactory.instance.objectNode());
        Map<String, JsonNode> byName = new TreeMap<>();
        for (JsonNode tool : answer.result().path("tools")) {
            byName.put(tool.path("name").asText(), tool.path("annotations"));
        }
        return byName;
    }

    /** For each tool of the table that is no reading one. */
    private static List<Change> changes() throws IOException {
        try (InputStream file = ToolClassesE2E.class.getResourceAsStream("forgejo-writes.txt")) {
            List<Change> changes =
                    new String(file.readAllBytes(), UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .map(line -> line.split(" "))
                            .map(part -> new Change(part[0], part[1], "/api/v1" + part[2]))
                            .toList();
            Set<String> writing = new TreeSet<>(TABLE.names(ToolClass.WRITE));
            writing.addAll(TABLE.names(ToolClass.DESTRUCTIVE));
            assertEquals(
                    List.copyOf(writing),
                    changes.stream().map(Change::tool).sorted().toList(),
                    "every tool is tried");
            return changes;
        }
    }

    private static Set<String> writesAtForge(Installation installation) {
        Set<String> writes = new TreeSet<>();
        installation.forge().requests().stream()
                .filter(request -> request.path().startsWith("/api/"))
                .filter(request -> !request.method().equals("GET"))
                .forEach(request -> writes.add(request.method() + " " + request.path()));
        return writes;
    }

    private static McpClient session(Installation installation, String scope) throws IOException {
        return SignedIn.at(installation.endpoint(), "alice", "password", Map.of("scope", scope))
                .openSession();
    }

    private static Installation installation() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-e2e-");
        int port = Ports.free();
        List<String> names = new ArrayList<>(new TreeSet<>(TABLE.classes().keySet()));
        names.add(UNKNOWN);
        return Installation.start(
                folder,
                ForgejoDoubleOptions.standard(),
                URI.create("http://127.0.0.1:" + port),
                port,
                ServersFile.fixtureWithTools(folder, names, ShippedTables.FORGEJO_MCP),
                Map.of("POSTERN_RELAY_ALLOW", "hooks"));
    }
}
