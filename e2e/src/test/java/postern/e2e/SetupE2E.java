package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.McpClient;
import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From an address and a token to a first tool, with the packaged program and no hand-work. */
class SetupE2E {
    @TempDir Path folder;

    @Test
    void what_setup_writes_serves_and_passes_the_doctor() throws Exception {
        int port = Ports.free();
        URI publicUrl = URI.create("http://127.0.0.1:" + port);
        try (ForgejoDouble forge = ForgejoDouble.start(ForgejoDoubleOptions.standard())) {
            forge.addUser("root1", "password");
            forge.addUser("alice", "password");
            String token = forge.addPersonalToken("root1", "write:user");
            Cli setup =
                    Cli.run(
                            folder,
                            Map.of("POSTERN_SETUP_TOKEN", token),
                            "setup",
                            "--forgejo-url",
                            forge.rootUrl().toString(),
                            "--public-url",
                            publicUrl.toString());
            assertEquals(0, setup.status(), setup::toString);
            Map<String, String> environment = settings(port);
            Cli doctor = Cli.run(folder, environment, "doctor");
            assertEquals(0, doctor.status(), doctor::toString);
            List<String> lines = doctor.stdout().lines().toList();
            assertEquals("nothing to change", lines.getLast());
            assertTrue(
                    lines.stream().limit(lines.size() - 1).allMatch(l -> l.startsWith("pass  ")),
                    doctor::toString);
            assertTrue(doctor.stdout().contains("builtin tools"), doctor::toString);
            assertEquals("", setup.stderr() + doctor.stderr());
            for (String secret : forge.issuedTokens()) {
                assertFalse((setup.stdout() + doctor.stdout()).contains(secret));
            }
            signInAndCall(environment, publicUrl.resolve("/mcp"));
            forge.close();
            Cli late = Cli.run(folder, environment, "doctor");
            assertEquals(1, late.status(), late::toString);
            assertTrue(late.stdout().contains("the forge refuses the connection"), late::toString);
        }
    }

    private void signInAndCall(Map<String, String> environment, URI endpoint) throws Exception {
        var program =
                PosternProcess.Settings.standard()
                        .withArguments("serve")
                        .withFolder(folder)
                        .withEnvironment(environment)
                        .withReadiness(Readiness.readyLine());
        try (PosternProcess server = PosternProcess.start(program)) {
            SignedIn alice = SignedIn.at(endpoint, "alice", "password");
            try (McpClient session = alice.openSession()) {
                String told = session.callTool("whoami", "{}").toolText();
                assertTrue(told.contains("alice"), () -> told + server.stderr());
            }
        }
    }

    /** The written file, and what belongs to this machine. */
    private Map<String, String> settings(int port) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve(".env"))) {
            if (line.startsWith("#")) continue;
            settings.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        assertEquals(4, settings.size());
        settings.put("POSTERN_LISTEN", "127.0.0.1:" + port);
        settings.put(
                "POSTERN_SERVERS_FILE",
                Files.writeString(
                                folder.resolve("mcp-servers.json"),
                                """
                                {"mcpServers": {"builtin": {"command": "%s",
                                  "args": ["builtin-server"],
                                  "env": {"POSTERN_USER_LOGIN": "${user.login}",
                                          "POSTERN_USER_ID": "${user.id}"},
                                  "postern": {"trusted": true, "tools": {"table": "builtin"}}}}}
                                """
                                        .formatted(PosternProcess.packagedProgram()))
                        .toString());
        return settings;
    }
}
