package postern.bridge;

import postern.access.Principal;
import postern.access.UpstreamLease;
import postern.core.Secret;
import postern.supervisor.ChildLimits;
import postern.supervisor.LaunchSpec;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** From a definition and a person to what the supervisor starts. */
public final class LaunchPlan {
    private static final int SHORTEST_SECRET = 8;
    private static final Pattern NAME_OF_SECRET =
            Pattern.compile("key|token|secret|pass|pwd|cred|auth", Pattern.CASE_INSENSITIVE);

    private LaunchPlan() {}

    /**
     * Fills the templates. The secrets in the result live as long as the lease's; what an operator
     * wrote is among them, since it may be the key of some service.
     *
     * @throws MissingValue a template needs something that this installation does not lease
     */
    public static LaunchSpec of(
            ServerDefinition server, Principal principal, UpstreamLease lease, ChildLimits limits)
            throws MissingValue {
        Map<String, String> plain = new HashMap<>(lease.values());
        plain.put("user.login", principal.person().login());
        plain.put("user.id", principal.person().upstreamId());
        UnaryOperator<String> values = name -> required(plain, name);
        Map<String, String> environment = new HashMap<>();
        Map<String, Secret> secretEnvironment = new HashMap<>();
        try {
            List<String> command =
                    server.command().stream().map(part -> part.fill(values)).toList();
            server.environment()
                    .forEach((name, value) -> {
                        if (value.holdsSecret() || mayBeSecret(name, value.written())) {
                            secretEnvironment.put(name, secret(value, plain, lease));
                        } else {
                            environment.put(name, value.fill(values));
                        }
                    });
            return new LaunchSpec(server.name(), command, environment, secretEnvironment, limits);
        } catch (Missing missing) {
            secretEnvironment.values().forEach(Secret::close);
            throw new MissingValue(missing.getMessage());
        }
    }

    /** Switches and levels are short, and starring them out would spoil what a child says. */
    private static boolean mayBeSecret(String name, String written) {
        return written.length() >= SHORTEST_SECRET
                || !written.isBlank() && NAME_OF_SECRET.matcher(name).find();
    }

    private static Secret secret(Template value, Map<String, String> plain, UpstreamLease lease) {
        String filled =
                value.fill(name -> {
                    Secret secret = lease.secrets().get(name);
                    if (secret == null) return required(plain, name);
                    return secret.useText(text -> text);
                });
        return new Secret(filled.getBytes(StandardCharsets.UTF_8));
    }

    private static String required(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) throw new Missing(name);
        return value;
    }

    private static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Missing(String name) {
            super("no value for ${" + name + "}", null, false, false);
        }
    }

    /** The message names the template, for the log. */
    public static final class MissingValue extends Exception {
        private static final long serialVersionUID = 1L;

        MissingValue(String message) {
            super(message, null, false, false);
        }
    }
}
