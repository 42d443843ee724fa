package postern.bridge.tools;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reads a table from JSON: {@code read}, {@code write} and {@code destructive} are lists of names,
 * and where an operator writes it, {@code table} names a shipped one that they extend. For one
 * thread.
 */
public final class ToolTableReader {
    private static final String TABLE = "table";
    private static final int MAX_NAMES = 2_000;

    private final Consumer<String> problems;

    /**
     * @param problems is told what is wrong: a place below the table, such as {@code .read[2]}, and
     *     a fault, without the value
     */
    public ToolTableReader(Consumer<String> problems) {
        this.problems = problems;
    }

    /** The table of a server definition; a missing one is empty. */
    public ToolTable read(JsonNode json) {
        if (json.isMissingNode()) return ToolTable.EMPTY;
        Set<String> known = new LinkedHashSet<>(Set.of(TABLE));
        known.addAll(classKeys());
        return isObjectOf(known, json)
                ? shipped(json.path(TABLE)).with(lists(json))
                : ToolTable.EMPTY;
    }

    /** A table that extends no other. */
    ToolTable readLists(JsonNode json) {
        return isObjectOf(classKeys(), json) ? lists(json) : ToolTable.EMPTY;
    }

    private static Set<String> classKeys() {
        return Arrays.stream(ToolClass.values())
                .map(ToolClass::key)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private boolean isObjectOf(Set<String> known, JsonNode json) {
        if (!json.isObject()) {
            problems.accept(" must be an object");
            return false;
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (known.contains(entry.getKey())) continue;
            problems.accept(" has an unknown key; there are " + String.join(", ", known));
            return false;
        }
        return true;
    }

    private ToolTable shipped(JsonNode name) {
        if (name.isMissingNode()) return ToolTable.EMPTY;
        return ShippedTables.find(name.isTextual() ? name.asText() : "")
                .orElseGet(() -> {
                    String there = String.join(", ", ShippedTables.names());
                    problems.accept("." + TABLE + " names no table; there are " + there);
                    return ToolTable.EMPTY;
                });
    }

    private ToolTable lists(JsonNode json) {
        Map<String, ToolClass> classes = new HashMap<>();
        for (ToolClass one : ToolClass.values()) list(one, json.path(one.key()), classes);
        return new ToolTable(classes);
    }

    private void list(ToolClass as, JsonNode names, Map<String, ToolClass> classes) {
        String where = "." + as.key();
        if (!names.isMissingNode() && !names.isArray()) {
            problems.accept(where + " must be a list of names");
        }
        if (names.size() > MAX_NAMES) {
            problems.accept(where + " has more than " + MAX_NAMES + " names");
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            String name = names.path(i).isTextual() ? names.path(i).asText() : "";
            if (!ToolTable.NAME.matcher(name).matches()) {
                problems.accept(where + "[" + i + "] must be 1 to 128 of A-Za-z0-9._/-");
            } else if (classes.putIfAbsent(name, as) != null) {
                problems.accept(where + "[" + i + "] is listed twice; a tool has one class");
            }
        }
    }
}
