package postern.bridge.tools;

import postern.core.Check;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The classes of a server's tools, by name. Names are compared character by character.
 *
 * @param classes names are 1 to 128 of A-Za-z0-9._/-
 */
public record ToolTable(Map<String, ToolClass> classes) {
    public static final ToolTable EMPTY = new ToolTable(Map.of());

    static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,128}");

    public ToolTable {
        classes = Map.copyOf(classes);
        for (String name : classes.keySet()) {
            Check.that(NAME.matcher(name).matches(), "tool", "must be 1 to 128 of A-Za-z0-9._/-");
        }
    }

    /** Empty for a tool that the table does not know. */
    public Optional<ToolClass> classOf(String tool) {
        return Optional.ofNullable(classes.get(tool));
    }

    /** False also for a tool that the table does not know. */
    public boolean onlyReads(String tool) {
        return classes.get(tool) == ToolClass.READ;
    }

    /** The names of one class. */
    public Set<String> names(ToolClass wanted) {
        return classes.entrySet().stream()
                .filter(entry -> entry.getValue() == wanted)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean isEmpty() {
        return classes.isEmpty();
    }

    /** This table with the entries of {@code other}, which count where both know a tool. */
    ToolTable with(ToolTable other) {
        Map<String, ToolClass> both = new HashMap<>(classes);
        both.putAll(other.classes);
        return new ToolTable(both);
    }
}
