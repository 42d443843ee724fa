package postern.bridge;

import postern.core.Check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with places for values that are known only when a child starts, such as {@code
 * ${user.login}}.
 */
public record Template(String text) {
    static final String RELAY_TOKEN = "relay.token";
    private static final Set<String> PLAIN = Set.of("relay.url", "user.login", "user.id");
    private static final Set<String> SECRET = Set.of(RELAY_TOKEN);
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)}?");

    public Template {
        Check.that(text.indexOf('\0') < 0, "text", "must not hold a NUL");
        problems(text)
                .forEach(problem -> {
                    throw new IllegalArgumentException(problem);
                });
    }

    /** What is wrong with {@code text} as a template; empty when nothing is. */
    static List<String> problems(String text) {
        List<String> problems = new ArrayList<>();
        for (String name : names(text)) {
            if (name.startsWith("secret.")) {
                problems.add("uses ${secret.NAME}, which comes in a later version");
            } else if (!PLAIN.contains(name) && !SECRET.contains(name)) {
                problems.add(
                        "uses an unknown template; there are ${relay.url}, ${relay.token},"
                                + " ${user.login} and ${user.id}");
            }
        }
        return problems;
    }

    /** True when a value goes in that nobody may see. */
    public boolean holdsSecret() {
        return names(text).stream().anyMatch(SECRET::contains);
    }

    /** What stands around the values, or instead of them. */
    String written() {
        return PLACE.matcher(text).replaceAll("");
    }

    boolean usesRelay() {
        return names(text).stream().anyMatch(name -> name.startsWith("relay."));
    }

    String fill(UnaryOperator<String> values) {
        return PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(values.apply(place.group(1))));
    }

    private static List<String> names(String text) {
        return PLACE.matcher(text).results().map(place -> place.group(1)).toList();
    }
}
