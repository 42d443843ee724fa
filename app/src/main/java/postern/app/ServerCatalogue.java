package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.app.config.Configuration;
import postern.bridge.InvalidDefinitions;
import postern.bridge.ServerDefinition;
import postern.bridge.ServerDefinitions;
import postern.bridge.tools.ShippedTables;
import postern.bridge.tools.ToolTable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Which MCP servers this start offers: the operator's file, or what works without one. */
public final class ServerCatalogue {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCatalogue.class);

    private ServerCatalogue() {}

    /**
     * @throws StartRefused with all problems of the file
     */
    public static ServerDefinitions load(Configuration configuration) throws StartRefused {
        Path file =
                configuration
                        .serversFile()
                        .orElse(configuration.dataDir().resolve("mcp-servers.json"));
        boolean named = configuration.serversFile().isPresent();
        if (!named && !Files.exists(file)) return standard(configuration);
        ServerDefinitions servers = read(file);
        refuseWithoutForge(servers, configuration);
        refuseUncontained(servers, configuration);
        nameWithoutTable(servers);
        return servers;
    }

    private static void nameWithoutTable(ServerDefinitions servers) {
        List<String> names =
                servers.all().stream()
                        .filter(server -> server.tools().equals(ToolTable.EMPTY))
                        .map(ServerDefinition::name)
                        .sorted()
                        .toList();
        if (names.isEmpty()) return;
        LOG.atWarn()
                .addKeyValue("servers", String.join(", ", names))
                .addKeyValue("effect", "a grant that only reads sees none of their tools")
                .log("app.servers-without-tool-table");
    }

    private static ServerDefinitions read(Path file) throws StartRefused {
        try {
            return ServerDefinitions.read(file);
        } catch (InvalidDefinitions refused) {
            throw new StartRefused(file + ": " + String.join("; ", refused.problems()), refused);
        } catch (IOException unreadable) {
            throw new StartRefused("the servers file cannot be read: " + file, unreadable);
        }
    }

    /** Where people sign in at an OpenID Connect provider there is no forge to be reached. */
    private static void refuseWithoutForge(ServerDefinitions servers, Configuration configuration)
            throws StartRefused {
        if (configuration.oidc().isEmpty()) return;
        List<String> needing =
                servers.all().stream()
                        .filter(ServerDefinition::needsRelay)
                        .map(ServerDefinition::name)
                        .sorted()
                        .toList();
        if (needing.isEmpty()) return;
        throw new StartRefused(
                "these servers use ${relay.url} or ${relay.token}: "
                        + String.join(", ", needing)
                        + ". There is no forge behind POSTERN_OIDC_ISSUER: take these values out of"
                        + " the servers file, or let people sign in through POSTERN_FORGEJO_URL");
    }

    /** A plain process of our own user can read our files and its siblings' environment. */
    private static void refuseUncontained(ServerDefinitions servers, Configuration configuration)
            throws StartRefused {
        List<String> untrusted =
                servers.all().stream()
                        .filter(server -> !server.trusted())
                        .map(ServerDefinition::name)
                        .toList();
        if (untrusted.isEmpty()) return;
        String names = String.join(", ", untrusted);
        if (!configuration.allowSharedUid()) {
            throw new StartRefused(
                    "these servers would run as the same user as Postern and could read its keys: "
                            + names
                            + ". If you trust their programs, set \"postern\": {\"trusted\": true}"
                            + " for each, or POSTERN_ALLOW_SHARED_UID=true for all");
        }
        LOG.atWarn().addKeyValue("servers", names).log("app.shared-uid-allowed");
    }

    private static ServerDefinitions standard(Configuration configuration) {
        if (configuration.forgejo().isPresent()) {
            return ServerDefinitions.of(
                    ServerDefinition.ofTrusted(
                                    "forgejo",
                                    List.of("forgejo-mcp", "--transport", "stdio"),
                                    Map.of(
                                            "FORGEJO_URL", "${relay.url}",
                                            "FORGEJO_ACCESS_TOKEN", "${relay.token}"))
                            .withTools(ShippedTables.named(ShippedTables.FORGEJO_MCP)));
        }
        return ServerDefinitions.of(
                ServerDefinition.ofTrusted(
                                "builtin",
                                builtinCommand(),
                                Map.of(
                                        "POSTERN_USER_LOGIN", "${user.login}",
                                        "POSTERN_USER_ID", "${user.id}"))
                        .withTools(ShippedTables.named(ShippedTables.BUILTIN)));
    }

    /** This program again; from a class path where it was not started by its launcher. */
    private static List<String> builtinCommand() {
        String home = System.getProperty("postern.home");
        if (home != null) return List.of(home + "/bin/postern", "builtin-server");
        String java = ProcessHandle.current().info().command().orElse("java");
        return List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "postern.app.Main",
                "builtin-server");
    }
}
