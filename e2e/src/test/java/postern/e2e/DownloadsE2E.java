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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Forgejo facts, section E: downloads, releases on other hosts, renamed repositories and pages of
 * lists, as a client meets them.
 */
class DownloadsE2E {
    private static final String ADVICE =
            "the person can open browser_download_url in a browser that is signed in to the forge."
                    + " No token for it can be had here";
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
    void of_a_large_file_the_client_hears_where_its_person_can_open_it() throws Exception {
        try (Installation installation = installation(Map.of());
                McpClient session = installation.signIn("alice").openSession()) {
            long id =
                    installation
                            .forge()
                            .content()
                            .addIssueFile(
                                    "alice", "secret-plans", 1, "big.zip", "x".repeat(1_400_000));
            String path = "/api/v1/repos/alice/secret-plans/issues/1/assets/" + id;
            String arguments = JsonNodeFactory.instance.objectNode().put("path", path).toString();
            String told = session.callTool("download-attachment", arguments).toolText();
            JsonNode result = new ObjectMapper().readTree(told).path("Result");
            String root = installation.forge().rootUrl().toString();
            String address = result.path("attachment").path("browser_download_url").asText();
            assertTrue(address.startsWith(root + "attachments/"), told);
            assertEquals(
                    "size 1400000 bytes >= inline cap 1048576; " + ADVICE,
                    result.path("reason").asText());
            assertFalse(told.contains("TOKEN"), told);
            assertFalse(told.contains("ptn_dummy_"), told);
            JsonNode tools =
                    session.request("tools/list", JsonNodeFactory.instance.objectNode()).result();
            String described = "browser_download_url only; " + ADVICE + ".";
            assertTrue(tools.toString().contains(described), tools::toString);
            assertFalse(tools.toString().contains("auth token"), tools::toString);
        }
    }

    @Test
    void a_child_that_follows_the_pages_of_a_list_stays_with_the_relay() throws Exception {
        try (Installation installation = installation(Map.of());
                McpClient session = readOnly(installation)) {
            String first = "/api/v1/user/repos?limit=1";
            String arguments =
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("path", first)
                            .put("link", "next")
                            .toString();
            String second = session.callTool("forge", arguments).toolText();
            assertTrue(second.startsWith("200 ["), second);
            assertTrue(get(session, first).contains("public-notes"));
            assertTrue(second.contains("secret-plans"), "not with a dummy token at the forge");
        }
    }

    @Test
    void each_call_of_a_child_is_in_the_log_without_names() throws Exception {
        try (Installation installation = installation(Map.of("POSTERN_LOG_FORMAT", "text"));
                McpClient session = readOnly(installation)) {
            get(session, "/api/v1/repos/alice/secret-plans/issues?q=hidden");
            get(session, "/api/v1/user/keys");
            // a line is written when its call is over, which may be after the client's answer
            Await.until(
                    "the line of the last call",
                    Duration.ofSeconds(10),
                    () -> relayLines(installation).contains("/api/v1/user/keys"));
            String lines = relayLines(installation);
            assertTrue(lines.contains("/api/v1/repos/{}/{}/issues"), lines);
            assertFalse(lines.contains("secret-plans"), lines);
            assertFalse(lines.contains("hidden"), lines);
        }
    }

    private static String relayLines(Installation installation) {
        return installation
                .postern()
                .stderr()
                .lines()
                .filter(line -> line.contains("relay.call"))
                .collect(Collectors.joining("\n"));
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
