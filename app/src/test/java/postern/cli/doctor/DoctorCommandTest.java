package postern.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.app.Clocks;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.testkit.mcp.FixtureMode;
import postern.testkit.mcp.FixtureServer;
import postern.testkit.oidc.Lie;
import postern.testkit.oidc.OidcDouble;
import postern.testkit.oidc.OidcDoubleOptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts of the report that are not about the forge. */
class DoctorCommandTest {
    @TempDir Path folder;
    private final List<String> said = new ArrayList<>();

    @Test
    void settings_that_cannot_be_read_are_lines_of_the_report() throws Exception {
        int status =
                new DoctorCommand(
                                Map.of("POSTERN_FORGEJO_URL", "ftp://x", "POSTERN_LISTN", "x"),
                                List.of(),
                                Clocks.system(),
                                said::add)
                        .run();
        assertEquals(1, status);
        assertTrue(
                said.stream().allMatch(line -> line.startsWith("fail  settings")), said::toString);
        assertTrue(text().contains("did you mean POSTERN_LISTEN?"), text());
        assertTrue(text().contains("POSTERN_FORGEJO_CLIENT_ID is missing"), text());
    }

    @Test
    void a_servers_file_with_a_fault_is_a_line() throws Exception {
        assertEquals(1, look("{\"mcpServers\": 7}", Map.of(), Duration.ofSeconds(20)));
        assertTrue(line("servers file").startsWith("fail"), text());
    }

    @Test
    void a_server_that_is_right_starts_and_lists_its_tools_with_a_token_that_opens_nothing()
            throws Exception {
        String servers = servers("fixture", FixtureServer.command("--identity-env", "FORGEJO_URL"));
        assertEquals(0, look(servers, forge(), Duration.ofSeconds(60)), text());
        assertTrue(line("fixture program").startsWith("pass"), text());
        assertTrue(line("fixture starts").startsWith("pass"), text());
        assertTrue(line("fixture tools").contains("are in no table"), text());
    }

    @Test
    void a_server_that_does_not_answer_is_named() throws Exception {
        String servers = servers("mute", FixtureServer.commandInMode(FixtureMode.NEVER_ANSWERS));
        assertEquals(1, look(servers, forge(), Duration.ofMillis(500)), text());
        assertTrue(line("mute starts").startsWith("fail"), text());
        assertTrue(line("mute starts").contains("does not answer in time"), text());
        assertTrue(line("mute tools").startsWith("skip"), text());
    }

    @Test
    void a_server_that_ends_at_once_is_named_with_its_first_words() throws Exception {
        String servers = servers("gone", FixtureServer.commandInMode(FixtureMode.EXITS_AT_START));
        assertEquals(1, look(servers, forge(), Duration.ofSeconds(60)), text());
        assertTrue(line("gone starts").contains("ended: exit status 3"), text());
        assertTrue(line("gone starts").contains("exits at start, as asked"), text());
    }

    @Test
    void a_program_that_is_not_there_is_named() throws Exception {
        String servers = servers("absent", List.of("no-such-program-here"));
        assertEquals(1, look(servers, forge(), Duration.ofSeconds(20)), text());
        assertTrue(
                line("absent program").contains("command not found: no-such-program-here"), text());
    }

    @Test
    void a_server_that_needs_a_forge_is_named_where_there_is_none() throws Exception {
        String servers = servers("forgejo", List.of("sh"));
        assertEquals(1, look(servers, Map.of(), Duration.ofSeconds(20)), text());
        assertTrue(line("forgejo program").contains("do not sign in at a forge"), text());
        assertTrue(line("forge ").startsWith("skip"), text());
    }

    /** Nobody listens there; the checks of the forge have their own test. */
    private static Map<String, String> forge() {
        return Map.of(
                "POSTERN_FORGEJO_URL", "http://127.0.0.1:9",
                "POSTERN_FORGEJO_CLIENT_ID", "id",
                "POSTERN_FORGEJO_CLIENT_SECRET", "secret");
    }

    @Test
    void a_provider_without_a_forge_has_lines_of_its_own() throws Exception {
        try (OidcDouble provider = OidcDouble.start(OidcDoubleOptions.standard())) {
            Map<String, String> settings =
                    Map.of(
                            "POSTERN_OIDC_ISSUER", provider.issuer(),
                            "POSTERN_OIDC_CLIENT_ID", OidcDouble.CLIENT_ID,
                            "POSTERN_OIDC_CLIENT_SECRET", OidcDouble.CLIENT_SECRET);
            String servers = "{\"mcpServers\":{}}";
            look(servers, settings, Duration.ofSeconds(20));
            assertTrue(line("provider ").startsWith("pass"), text());
            assertTrue(line("provider keys").endsWith("1 for signatures"), text());
            assertTrue(line("clock").startsWith("pass"), text());
            assertTrue(line("client ").startsWith("skip"), text());
            said.clear();
            provider.tell(Lie.DISCOVERY_OF_ANOTHER_ISSUER);
            look(servers, settings, Duration.ofSeconds(20));
            assertTrue(line("provider ").contains("set POSTERN_OIDC_ISSUER to exactly"), text());
            assertTrue(line("provider keys").startsWith("skip"), text());
            said.clear();
            provider.tell(Lie.KEYS_WEAK);
            look(servers, settings, Duration.ofSeconds(20));
            assertTrue(line("provider keys").startsWith("fail"), text());
        }
        said.clear();
        String relaying = servers("fixture", FixtureServer.command());
        look(
                relaying,
                Map.of(
                        "POSTERN_OIDC_ISSUER", "http://127.0.0.1:9",
                        "POSTERN_OIDC_CLIENT_ID", "id",
                        "POSTERN_OIDC_CLIENT_SECRET", "secret"),
                Duration.ofSeconds(20));
        assertTrue(line("provider ").startsWith("fail"), text());
        assertTrue(
                line("servers file").contains("${relay.url} or ${relay.token}: fixture"), text());
    }

    private int look(String servers, Map<String, String> more, Duration patience) throws Exception {
        Path file = Files.writeString(folder.resolve("servers.json"), servers);
        Map<String, String> environment = new HashMap<>(more);
        environment.put("POSTERN_SERVERS_FILE", file.toString());
        environment.put("POSTERN_DATA_DIR", folder.resolve("data").toString());
        Configuration configuration =
                ConfigurationReader.read(environment, List.of()).configuration();
        var examination =
                new Examination(
                        configuration,
                        Map.of("PATH", "/usr/bin:/bin"),
                        Clocks.system(),
                        patience,
                        said::add);
        examination.lookAtAll();
        assertFalse(text().contains("Exception") || text().contains("\tat "), text());
        return (int)
                Math.min(
                        1,
                        said.stream()
                                .filter(line -> line.startsWith("fail"))
                                .filter(line -> !line.contains("forge reached"))
                                .count());
    }

    private static String servers(String name, List<String> command) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode server = root.putObject("mcpServers").putObject(name);
        server.put("command", command.getFirst());
        command.stream().skip(1).forEach(server.withArray("args")::add);
        server.putObject("env")
                .put("FORGEJO_URL", "${relay.url}")
                .put("FORGEJO_ACCESS_TOKEN", "${relay.token}");
        server.putObject("postern").put("trusted", true);
        return root.toString();
    }

    private String line(String name) {
        return said.stream()
                .filter(one -> one.contains(name))
                .findFirst()
                .orElse("no line " + name);
    }

    private String text() {
        return String.join("\n", said);
    }
}
