package postern.bridge;

import postern.bridge.tools.ToolTable;
import postern.core.Check;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A named stdio MCP server.
 *
 * @param name as in {@code /mcp/{name}}: 1 to 64 letters, digits, dots, dashes and underscores
 * @param command program and arguments, without secrets
 * @param environment by variable
 * @param isDefault served at {@code /mcp}
 * @param revive whether a session outlives the idle stop of its child
 * @param trusted may run as a plain process beside its siblings
 * @param tools what each tool does; one that is not in it counts as writing
 */
public record ServerDefinition(
        String name,
        List<Template> command,
        Map<String, Template> environment,
        boolean isDefault,
        Era era,
        boolean revive,
        boolean trusted,
        ServerLimits limits,
        ToolTable tools) {
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public ServerDefinition {
        Check.that(NAME.matcher(name).matches(), "server name", "must be 1 to 64 of A-Za-z0-9._-");
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        Check.that(!command.isEmpty(), "command", "must name a program");
        for (Template part : command) {
            Check.that(!part.holdsSecret(), "command", "must not hold a secret");
        }
    }

    /** A trusted default server of the legacy era, with templates in {@code environment}. */
    public static ServerDefinition ofTrusted(
            String name, List<String> command, Map<String, String> environment) {
        Map<String, Template> templates = new java.util.HashMap<>();
        environment.forEach((key, value) -> templates.put(key, new Template(value)));
        return new ServerDefinition(
                name,
                command.stream().map(Template::new).toList(),
                templates,
                true,
                Era.LEGACY,
                true,
                true,
                ServerLimits.NONE,
                ToolTable.EMPTY);
    }

    /** Whether its children are told a way to the forge. */
    public boolean needsRelay() {
        return command.stream().anyMatch(Template::usesRelay)
                || environment.values().stream().anyMatch(Template::usesRelay);
    }

    /** This definition with another answer to whether sessions outlive their child. */
    public ServerDefinition withRevive(boolean newRevive) {
        return new ServerDefinition(
                name, command, environment, isDefault, era, newRevive, trusted, limits, tools);
    }

    /** This definition with another table of tools. */
    public ServerDefinition withTools(ToolTable newTools) {
        return new ServerDefinition(
                name, command, environment, isDefault, era, revive, trusted, limits, newTools);
    }

    ServerDefinition asDefault() {
        return new ServerDefinition(
                name, command, environment, true, era, revive, trusted, limits, tools);
    }
}
