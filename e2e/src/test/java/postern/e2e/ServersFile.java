package postern.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.mcp.FixtureServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Writes an {@code mcp-servers.json} with one trusted server. */
final class ServersFile {
    /** The variable in which the fixture finds whom it works for. */
    static final String IDENTITY = "E2E_IDENTITY";

    private ServersFile() {}

    private static final Map<String, String> FIXTURE =
            Map.of(
                    IDENTITY,
                    "${user.login}",
                    "FORGEJO_URL",
                    "${relay.url}",
                    "FORGEJO_ACCESS_TOKEN",
                    "${relay.token}");

    /** The fixture server, which learns the person's login and reaches the forge over the relay. */
    static Path fixture(Path folder) throws IOException {
        return write(folder, "fixture", FixtureServer.command("--identity-env", IDENTITY), FIXTURE);
    }

    /** The fixture server with more tools, each of which makes any request at the forge. */
    static Path fixtureWithTools(Path folder, List<String> names, String table) throws IOException {
        List<String> command = FixtureServer.command("--advertise", String.join(",", names));
        return write(
                folder,
                "fixture",
                command,
                FIXTURE,
                ours -> ours.putObject("tools").put("table", table));
    }

    /** The fixture server with more tools, which count as reading and make any request. */
    static Path fixtureThatReads(Path folder, List<String> names) throws IOException {
        List<String> command = FixtureServer.command("--advertise", String.join(",", names));
        return write(
                folder,
                "fixture",
                command,
                FIXTURE,
                ours -> {
                    var read = ours.putObject("tools").putArray("read");
                    names.forEach(read::add);
                });
    }

    /** The fixture server, started by another command line. */
    static Path fixtureHeldBy(Path folder, UnaryOperator<List<String>> held) throws IOException {
        return write(folder, "fixture", held.apply(FixtureServer.command()), FIXTURE);
    }

    /** A Forgejo MCP server, whatever its file is called. */
    static Path forgejoMcp(Path folder, Path program) throws IOException {
        return write(
                folder,
                "forgejo",
                List.of(program.toString()),
                Map.of("FORGEJO_URL", "${relay.url}", "FORGEJO_ACCESS_TOKEN", "${relay.token}"),
                ours -> ours.putObject("tools").put("table", "forgejo-mcp"));
    }

    static Path write(
            Path folder, String name, List<String> command, Map<String, String> environment)
            throws IOException {
        return write(folder, name, command, environment, ours -> {});
    }

    private static Path write(
            Path folder,
            String name,
            List<String> command,
            Map<String, String> environment,
            Consumer<ObjectNode> more)
            throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode server = root.putObject("mcpServers").putObject(name);
        server.put("command", command.getFirst());
        command.stream().skip(1).forEach(server.withArray("args")::add);
        ObjectNode variables = server.putObject("env");
        environment.forEach(variables::put);
        more.accept(server.putObject("postern").put("default", true).put("trusted", true));
        return Files.writeString(folder.resolve("mcp-servers.json"), root.toPrettyString());
    }
}
