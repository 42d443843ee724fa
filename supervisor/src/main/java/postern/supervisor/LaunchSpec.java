package postern.supervisor;

import postern.core.Check;
import postern.core.Secret;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What to start.
 *
 * @param server name of the server definition, for logs and events
 * @param command program and arguments; the program is looked up in PATH when it holds no slash; no
 *     argument may be a secret, since every user of the machine can read arguments
 * @param environment complete apart from PATH, HOME, LANG, TZ and TMPDIR, which the supervisor sets
 *     where they are not named here
 * @param secretEnvironment as {@code environment}; these values are scrubbed from stderr. They are
 *     read once, in {@link Supervisor#start}
 * @param limits what the child may take
 */
public record LaunchSpec(
        String server,
        List<String> command,
        Map<String, String> environment,
        Map<String, Secret> secretEnvironment,
        ChildLimits limits) {

    /**
     * @throws IllegalArgumentException naming the field, never the value
     */
    public LaunchSpec {
        Objects.requireNonNull(limits, "limits");
        Check.that(!server.isBlank(), "server", "must not be empty");
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        secretEnvironment = Map.copyOf(secretEnvironment);
        Check.that(!command.isEmpty(), "command", "must name a program");
        Check.that(!command.getFirst().isBlank(), "command", "must name a program");
        for (String argument : command) {
            Check.that(argument.indexOf('\0') < 0, "command", "must not hold a NUL");
        }
        environment.keySet().forEach(LaunchSpec::checkName);
        secretEnvironment.keySet().forEach(LaunchSpec::checkName);
        for (String value : environment.values()) {
            Check.that(value.indexOf('\0') < 0, "environment", "must not hold a NUL");
        }
        for (String name : secretEnvironment.keySet()) {
            Check.that(
                    !environment.containsKey(name),
                    "secretEnvironment",
                    "must not repeat a name of environment");
        }
    }

    private static void checkName(String name) {
        Check.that(
                !name.isEmpty() && name.indexOf('=') < 0 && name.indexOf('\0') < 0,
                "environment",
                "must have names without '=' and NUL");
        Check.that(
                !name.equals(ProcessMark.VARIABLE),
                "environment",
                "must not set " + ProcessMark.VARIABLE);
    }

    /** Names only: values may be private even where they are not secret. */
    @Override
    public String toString() {
        return "LaunchSpec[" + server + ", " + command.getFirst() + "]";
    }
}
