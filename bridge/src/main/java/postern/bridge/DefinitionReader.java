package postern.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.bridge.tools.ShippedTables;
import postern.bridge.tools.ToolTable;
import postern.bridge.tools.ToolTableReader;
import postern.core.DataSize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one entry of the servers file and collects what is wrong with it. For one thread. */
final class DefinitionReader {
    private static final Set<String> OURS =
            Set.of("default", "era", "revive", "limits", "trusted", "tools");
    private static final Set<String> LIMITS = Set.of("memory", "processes", "files");

    private final String name;
    private final String place;
    private final List<String> problems;

    DefinitionReader(String name, List<String> problems) {
        this.name = name;
        this.problems = problems;
        boolean printable = ServerDefinition.NAME.matcher(name).matches();
        this.place = printable ? "mcpServers." + name : "mcpServers";
        if (!printable) problems.add("mcpServers: a name must be 1 to 64 of A-Za-z0-9._-");
    }

    /** Empty when the entry is disabled or has problems. */
    Optional<ServerDefinition> read(JsonNode node) {
        if (!(node instanceof ObjectNode entry)) return problem("", "must be an object");
        if (entry.path("disabled").asBoolean(false)) return Optional.empty();
        int before = problems.size();
        String type = entry.path("type").asText("stdio");
        if (!type.equals("stdio") || entry.has("url")) {
            return problem(".type", "must be stdio: other transports are not served");
        }
        List<Template> command = command(entry);
        Map<String, Template> environment = environment(entry.path("env"));
        JsonNode ours = entry.path("postern");
        if (!ours.isMissingNode() && !ours.isObject()) problem(".postern", "must be an object");
        unknown(".postern", ours, OURS);
        boolean standard = flag(ours, "default", false);
        boolean revive = flag(ours, "revive", true);
        boolean trusted = flag(ours, "trusted", false);
        Era era = era(ours.path("era"));
        ServerLimits limits = limits(ours.path("limits"));
        ToolTable tools = tools(ours.path("tools"), entry.path("command").asText());
        if (problems.size() > before || !ServerDefinition.NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new ServerDefinition(
                        name, command, environment, standard, era, revive, trusted, limits, tools));
    }

    /** A program that we know needs no table named. */
    private ToolTable tools(JsonNode tools, String program) {
        String fileName = program.substring(program.lastIndexOf('/') + 1);
        if (tools.isMissingNode() && fileName.equals(ShippedTables.FORGEJO_MCP)) {
            return ShippedTables.named(ShippedTables.FORGEJO_MCP);
        }
        return new ToolTableReader(fault -> problems.add(place + ".postern.tools" + fault))
                .read(tools);
    }

    private List<Template> command(ObjectNode entry) {
        List<Template> parts = new ArrayList<>();
        JsonNode program = entry.path("command");
        if (!program.isTextual() || program.asText().isBlank()) {
            problem(".command", "must be the name of a program");
        } else {
            template(".command", program).ifPresent(parts::add);
        }
        JsonNode arguments = entry.path("args");
        if (!arguments.isMissingNode() && !arguments.isArray()) {
            problem(".args", "must be a list of strings");
        }
        for (int i = 0; i < arguments.size(); i++) {
            template(".args[" + i + "]", arguments.get(i)).ifPresent(parts::add);
        }
        if (parts.stream().anyMatch(Template::holdsSecret)) {
            problem(
                    ".args",
                    "must not hold a secret, every user of the machine can read it; use env");
        }
        return parts;
    }

    private Map<String, Template> environment(JsonNode env) {
        Map<String, Template> values = new LinkedHashMap<>();
        if (!env.isMissingNode() && !env.isObject())
            problem(".env", "must be an object of strings");
        for (Map.Entry<String, JsonNode> entry : env.properties()) {
            String key = entry.getKey();
            if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                problem(".env", "has a name that is not a variable");
                continue;
            }
            template(".env." + key, entry.getValue()).ifPresent(value -> values.put(key, value));
        }
        return values;
    }

    private Optional<Template> template(String where, JsonNode value) {
        if (!value.isTextual()) return problem(where, "must be a string");
        if (value.asText().indexOf('\0') >= 0) return problem(where, "must not hold a NUL");
        List<String> faults = Template.problems(value.asText());
        faults.forEach(fault -> problem(where, fault));
        return faults.isEmpty() ? Optional.of(new Template(value.asText())) : Optional.empty();
    }

    private boolean flag(JsonNode ours, String key, boolean standard) {
        JsonNode value = ours.path(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            problem(".postern." + key, "must be true or false");
        }
        return value.asBoolean(standard);
    }

    private Era era(JsonNode value) {
        return switch (value.asText("legacy")) {
            case "legacy" -> Era.LEGACY;
            case "modern" -> Era.MODERN;
            case "dual" -> Era.DUAL;
            default -> {
                problem(".postern.era", "must be legacy, modern or dual");
                yield Era.LEGACY;
            }
        };
    }

    private ServerLimits limits(JsonNode limits) {
        if (!limits.isMissingNode() && !limits.isObject()) {
            problem(".postern.limits", "must be an object");
        }
        unknown(".postern.limits", limits, LIMITS);
        try {
            return new ServerLimits(
                    Optional.of(limits.path("memory"))
                            .filter(value -> !value.isMissingNode())
                            .map(value -> DataSize.parse(value.asText())),
                    count(limits, "processes"),
                    count(limits, "files"));
        } catch (IllegalArgumentException outside) {
            problem(".postern.limits", outside.getMessage());
            return ServerLimits.NONE;
        }
    }

    private static Optional<Integer> count(JsonNode limits, String key) {
        JsonNode value = limits.path(key);
        if (value.isMissingNode()) return Optional.empty();
        if (!value.isInt()) throw new IllegalArgumentException(key + " must be a whole number");
        return Optional.of(value.asInt());
    }

    private void unknown(String where, JsonNode node, Set<String> known) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!known.contains(entry.getKey())) {
                problem(
                        where,
                        "has an unknown key; there are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    private <T> Optional<T> problem(String where, String fault) {
        problems.add(place + where + " " + fault);
        return Optional.empty();
    }
}
