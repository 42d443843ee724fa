package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The published clients and the conformance suite, each a Node program of {@code e2e/clients}. */
class ClientsE2E {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String RESOURCE_SERVER = "e2e-resource-server";
    private static final String RESOURCE_SECRET = "s".repeat(43);
    private static final List<String> AS_TEST = List.of("--test-reporter=spec");

    @BeforeAll
    static void packagesAreInstalled() {
        assertTrue(
                Files.isDirectory(NodeProgram.CLIENTS.resolve("node_modules")),
                "run npm ci in e2e/clients first, or make e2e");
    }

    @Test
    void the_typescript_sdk_walks_the_whole_dance() throws Exception {
        try (Installation installation = everything()) {
            print(run(installation, "sdk-dance.mjs", AS_TEST, Map.of()));
        }
    }

    @Test
    void mcp_remote_signs_in_and_carries_stdio() throws Exception {
        try (Installation installation = everything()) {
            print(run(installation, "mcp-remote.mjs", AS_TEST, Map.of()));
        }
    }

    /** Libraries of other authors, each with every way of client authentication that it knows. */
    @ParameterizedTest(name = "{0} walks from discovery to revocation")
    @ValueSource(
            strings = {
                "oauth4webapi.mjs",
                "openid-client.mjs",
                "simple-oauth2.mjs",
                "mcp-client.mjs"
            })
    void libraries_walk_the_whole_flow(String program) throws Exception {
        try (Installation installation = everything()) {
            print(run(installation, program, AS_TEST, Map.of()));
        }
    }

    @Test
    void the_conformance_scenarios_of_the_authorization_server_pass() throws Exception {
        try (Installation installation = everything()) {
            print(run(installation, "authorization-conformance.mjs", List.of(), Map.of()));
        }
    }

    /**
     * Its address is the adding proxy's, so that Host and Origin of the suite are the right ones.
     */
    @Test
    void the_conformance_scenarios_pass() throws Exception {
        URI proxy = URI.create("http://localhost:" + Ports.free());
        int port = Ports.free();
        Map<String, String> more = Map.of("E2E_UPSTREAM", "http://127.0.0.1:" + port);
        try (Installation installation = everything(proxy, port)) {
            print(run(installation, "conformance.mjs", List.of(), more));
        }
    }

    /** No Forgejo: the person types a code that {@code postern users code} printed meanwhile. */
    @Test
    void the_dance_works_with_the_built_in_sign_in() throws Exception {
        Path folder = Files.createTempDirectory("postern-e2e-");
        Map<String, String> folders =
                Map.of(
                        "POSTERN_DATA_DIR", folder.resolve("data").toString(),
                        "POSTERN_KEY_DIR", folder.resolve("keys").toString());
        var settings =
                PosternProcess.Settings.standard()
                        .withArguments("serve")
                        .withEnvironment(folders)
                        .withEnvironment(
                                Map.of("POSTERN_SERVERS_FILE", everythingIn(folder).toString()))
                        .withReadiness(Readiness.readyLine());
        try (PosternProcess postern = PosternProcess.start(settings)) {
            var environment = new java.util.HashMap<>(folders);
            environment.put("E2E_ENDPOINT", postern.url() + "/mcp");
            environment.put("E2E_CODE_FOR", "alice");
            environment.put("E2E_PROGRAM", PosternProcess.packagedProgram().toString());
            environment.put("TAP_FILE", folder.resolve("tap").toString());
            print(NodeProgram.run("sdk-dance.mjs", AS_TEST, environment, PATIENCE));
        } finally {
            Folders.delete(folder);
        }
    }

    private static Installation everything() throws IOException, InterruptedException {
        int port = Ports.free();
        return everything(URI.create("http://127.0.0.1:" + port), port);
    }

    /** The reference server as child, with a file that shows what it is sent. */
    private static Installation everything(URI publicUrl, int port)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-e2e-");
        return Installation.start(
                folder,
                ForgejoDoubleOptions.standard(),
                publicUrl,
                port,
                everythingIn(folder),
                Map.of("POSTERN_CLIENTS_FILE", resourceServerIn(folder, publicUrl).toString()));
    }

    /** Somebody who may ask about tokens of the default endpoint. */
    private static Path resourceServerIn(Path folder, URI publicUrl) throws IOException {
        String file =
                """
                {"resource_servers": [{"id": "%s", "secret": "%s", "resource": "%s/mcp"}]}
                """
                        .formatted(RESOURCE_SERVER, RESOURCE_SECRET, publicUrl);
        return Files.writeString(folder.resolve("clients.json"), file);
    }

    private static Path everythingIn(Path folder) throws IOException {
        Path server =
                NodeProgram.CLIENTS.resolve(
                        "node_modules/@modelcontextprotocol/server-everything/dist/index.js");
        String tap = NodeProgram.CLIENTS.resolve("tap.mjs").toString();
        return ServersFile.write(
                folder,
                "everything",
                List.of("node", tap, "node", server.toString(), "stdio"),
                Map.of("TAP_FILE", folder.resolve("tap").toString()));
    }

    private static String run(
            Installation installation, String file, List<String> options, Map<String, String> more)
            throws IOException, InterruptedException {
        var environment = new java.util.HashMap<>(more);
        environment.put("E2E_ENDPOINT", installation.endpoint().toString());
        environment.put("E2E_LOGIN", "alice:password");
        environment.put("E2E_RESOURCE_SERVER", RESOURCE_SERVER + ":" + RESOURCE_SECRET);
        environment.put("TAP_FILE", installation.folder().resolve("tap").toString());
        try {
            return NodeProgram.run(file, options, environment, PATIENCE);
        } catch (AssertionError failed) {
            String log = installation.postern().stderr();
            throw new AssertionError(failed.getMessage() + "\nPostern's log:\n" + log, failed);
        }
    }

    private static void print(String output) {
        System.out.println(output.strip());
    }
}
