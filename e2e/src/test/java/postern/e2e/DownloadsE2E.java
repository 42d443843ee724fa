package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoContent;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.McpClient;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Forgejo facts, section E: downloads, releases on other hosts and renamed repositories. */
class DownloadsE2E {
    private static final String FOLLOW = "{\"follow\":\"browser_download_url\",\"path\":\"%s\"}";

    @Test
    void attachments_and_release_files_reach_the_client_with_the_forges_own_addresses()
            throws Exception {
        try (Installation installation = installation(Map.of())) {
            ForgejoContent content = installation.forge().content();
            content.addIssueFile("alice", "secret-plans", 1, "note.txt", "private note");
            content.addRelease("alice", "secret-plans", "v1");
            content.addReleaseFile("alice", "secret-plans", "v1", "built.txt", "private build");
            try (McpClient session = readOnly(installation)) {
                String root = installation.forge().rootUrl().toString().replaceFirst("/$", "");
                String issues = "/api/v1/repos/alice/secret-plans/issues/1/assets";
                String listed = get(session, issues);
                assertTrue(address(listed).startsWith(root + "/attachments/"), listed);
                assertEquals("200 private note", follow(session, issues));
                String releases = "/api/v1/repos/alice/secret-plans/releases";
                assertEquals("200 private build", follow(session, releases));
                content.renameRepository("alice", "secret-plans", "plans");
                String renamed = get(session, releases);
                assertTrue(renamed.startsWith("200 ["), renamed);
                assertTrue(
                        address(renamed)
                                .equals(root + "/alice/plans/releases/download/v1/built.txt"),
                        renamed);
            }
        }
    }

    @Test
    void a_release_file_on_another_host_is_named_and_not_fetched() throws Exception {
        try (Installation installation = installation(Map.of());
                McpClient session = readOnly(installation)) {
            ForgejoContent content = installation.forge().content();
            var elsewhere = URI.create("http://127.0.0.1:9/latest/meta-data?a=1&b=2");
            content.addRelease("alice", "secret-plans", "v1");
            content.addReleaseLink("alice", "secret-plans", "v1", "x", elsewhere);
            String releases = "/api/v1/repos/alice/secret-plans/releases";
            assertEquals(elsewhere.toString(), address(get(session, releases)));
            String refused = follow(session, releases);
            assertTrue(refused.startsWith("403 "), refused);
            assertTrue(refused.contains("another host"), refused);
        }
    }

    @Test
    void webhooks_are_refused_with_a_text_for_the_model_until_the_operator_allows_them()
            throws Exception {
        String hook = "{\"method\":\"POST\",\"path\":\"/api/v1/repos/alice/secret-plans/hooks\"}";
        try (Installation installation = installation(Map.of());
                McpClient session = installation.signIn("alice").openSession()) {
            String refused = session.callTool("forge", hook).toolText();
            assertTrue(refused.startsWith("403 "), refused);
            assertTrue(refused.contains("POSTERN_RELAY_ALLOW=hooks"), refused);
        }
        try (Installation installation = installation(Map.of("POSTERN_RELAY_ALLOW", "hooks"));
                McpClient session = installation.signIn("alice").openSession()) {
            String passed = session.callTool("forge", hook).toolText();
            assertFalse(passed.contains("POSTERN_RELAY_ALLOW"), passed);
            String keys = hook.replace("hooks", "keys");
            assertTrue(session.callTool("forge", keys).toolText().startsWith("403 "));
        }
    }

    private static String get(McpClient session, String path) throws IOException {
        String arguments = JsonNodeFactory.instance.objectNode().put("path", path).toString();
        return session.callTool("forge", arguments).toolText();
    }

    /** Has the child fetch what the first address in the answer for {@code path} names. */
    private static String follow(McpClient session, String path) throws IOException {
        return session.callTool("forge", FOLLOW.formatted(path)).toolText();
    }

    private static String address(String answer) throws IOException {
        JsonNode json = new ObjectMapper().readTree(answer.substring(4));
        return json.findValue("browser_download_url").asText();
    }

    private static McpClient readOnly(Installation installation) throws IOException {
        return SignedIn.at(
                        installation.endpoint(), "alice", "password", Map.of("scope", "mcp:read"))
                .openSession();
    }

    private static Installation installation(Map<String, String> more)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-e2e-");
        int port = Ports.free();
        return Installation.start(
                folder,
                ForgejoDoubleOptions.standard(),
                URI.create("http://127.0.0.1:" + port),
                port,
                ServersFile.fixtureThatReads(folder, List.of("forge")),
                more);
    }
}
