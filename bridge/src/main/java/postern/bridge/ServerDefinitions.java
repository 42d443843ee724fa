package postern.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.Check;
import postern.core.DataSize;
import postern.http.MalformedJson;
import postern.http.StrictJson;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The servers of this installation; exactly one is the default. */
public final class ServerDefinitions {
    private static final DataSize MAX_FILE = DataSize.ofMebibytes(1);

    private final Map<String, ServerDefinition> byName;
    private final ServerDefinition standard;

    private ServerDefinitions(Map<String, ServerDefinition> byName, ServerDefinition standard) {
        this.byName = Map.copyOf(byName);
        this.standard = standard;
    }

    /** Servers from elsewhere than a file; one must be the default. */
    public static ServerDefinitions of(ServerDefinition... servers) {
        Map<String, ServerDefinition> byName = new LinkedHashMap<>();
        for (ServerDefinition server : servers) byName.put(server.name(), server);
        List<ServerDefinition> standard =
                byName.values().stream().filter(ServerDefinition::isDefault).toList();
        Check.that(standard.size() == 1, "servers", "must have exactly one default");
        return new ServerDefinitions(byName, standard.getFirst());
    }

    /**
     * Reads {@code mcp-servers.json} as other MCP clients know it; what is ours stands under {@code
     * postern}.
     *
     * @throws InvalidDefinitions with all problems at once
     */
    public static ServerDefinitions read(Path file) throws IOException, InvalidDefinitions {
        if (Files.size(file) > MAX_FILE.bytes()) {
            throw new InvalidDefinitions(List.of("the file is larger than " + MAX_FILE));
        }
        return read(Files.readAllBytes(file));
    }

    /** As {@link #read(Path)}. */
    public static ServerDefinitions read(byte[] json) throws InvalidDefinitions {
        ObjectNode file;
        try {
            file = StrictJson.parseObject(json, MAX_FILE);
        } catch (MalformedJson malformed) {
            throw new InvalidDefinitions(
                    List.of("the file is not a JSON object without repeated keys"));
        }
        if (!(file.get("mcpServers") instanceof ObjectNode entries)) {
            throw new InvalidDefinitions(List.of("mcpServers must be an object"));
        }
        List<String> problems = new ArrayList<>();
        Map<String, ServerDefinition> servers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            new DefinitionReader(entry.getKey(), problems)
                    .read(entry.getValue())
                    .ifPresent(server -> servers.put(server.name(), server));
        }
        if (problems.isEmpty()) chooseDefault(servers, problems);
        if (!problems.isEmpty()) throw new InvalidDefinitions(problems);
        return of(servers.values().toArray(ServerDefinition[]::new));
    }

    private static void chooseDefault(
            Map<String, ServerDefinition> servers, List<String> problems) {
        if (servers.isEmpty()) {
            problems.add("mcpServers must hold at least one server that is not disabled");
            return;
        }
        long defaults = servers.values().stream().filter(ServerDefinition::isDefault).count();
        if (servers.size() == 1) {
            servers.replaceAll((name, server) -> server.asDefault());
        } else if (defaults != 1) {
            problems.add(
                    "mcpServers must have exactly one server with \"postern\": {\"default\":"
                            + " true}");
        }
    }

    public Optional<ServerDefinition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Served at {@code /mcp}. */
    public ServerDefinition standard() {
        return standard;
    }

    public Collection<ServerDefinition> all() {
        return byName.values();
    }
}
