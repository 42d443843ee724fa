package postern.bridge.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;
import postern.http.StrictJson;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables that come with the program. A fault in one of them stops the start. */
public final class ShippedTables {
    /** Of {@code forgejo-mcp}, 2.34 to 3.2. */
    public static final String FORGEJO_MCP = "forgejo-mcp";

    /** Of the small server that comes with the program. */
    public static final String BUILTIN = "builtin";

    private static final DataSize MAX_FILE = DataSize.ofKibibytes(256);
    private static final Map<String, ToolTable> BY_NAME =
            new TreeMap<>(Map.of(FORGEJO_MCP, load(FORGEJO_MCP), BUILTIN, load(BUILTIN)));

    private ShippedTables() {}

    /** One that must be there. */
    public static ToolTable named(String name) {
        return find(name).orElseThrow();
    }

    static Optional<ToolTable> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    private static ToolTable load(String name) {
        try (InputStream file = ShippedTables.class.getResourceAsStream(name + ".json")) {
            if (file == null) throw new IllegalStateException("no table of tools: " + name);
            ObjectNode json = StrictJson.parseObject(file.readAllBytes(), MAX_FILE);
            List<String> problems = new ArrayList<>();
            ToolTable table = new ToolTableReader(problems::add).readLists(json);
            if (!problems.isEmpty()) throw new IllegalStateException(name + ": " + problems);
            return table;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
