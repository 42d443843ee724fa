package postern.testkit.forgejo;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a grant's scope text allows (section A8). The trap that matters: when no known name is left,
 * the token may do everything.
 */
record Scopes(Set<String> names) {
    private static final Set<String> OPENID = Set.of("openid", "profile", "email", "groups");
    private static final Set<String> CATEGORIES =
            Set.of(
                    "activitypub",
                    "admin",
                    "misc",
                    "notification",
                    "organization",
                    "package",
                    "issue",
                    "repository",
                    "user");
    static final Scopes ALL = new Scopes(Set.of("all"));

    Scopes {
        names = Set.copyOf(names);
    }

    static Scopes ofGrant(String text, Personality personality) {
        String separator = personality.commasSeparateScopes() ? "[ ,]" : " ";
        List<String> api =
                Arrays.stream(text.split(separator))
                        .filter(name -> !name.isEmpty() && !OPENID.contains(name))
                        .toList();
        Set<String> known = api.stream().filter(Scopes::isKnown).collect(Collectors.toSet());
        boolean spoilt =
                personality.unknownScopeMeansAll() && known.size() < Set.copyOf(api).size();
        return known.isEmpty() || spoilt ? ALL : new Scopes(known);
    }

    static boolean isKnown(String name) {
        if (name.equals("all") || name.equals("public-only")) {
            return true;
        }
        int colon = name.indexOf(':');
        return colon > 0
                && Set.of("read", "write").contains(name.substring(0, colon))
                && CATEGORIES.contains(name.substring(colon + 1));
    }

    /** Whether all of {@code needed} are held; write includes read. */
    boolean allow(List<String> needed) {
        return names.contains("all") || needed.stream().allMatch(this::allowsOne);
    }

    private boolean allowsOne(String needed) {
        return names.contains(needed) || names.contains(needed.replace("read:", "write:"));
    }

    boolean publicOnly() {
        return names.contains("public-only") && !names.contains("all");
    }

    String text() {
        return String.join(",", new TreeSet<>(names));
    }
}
