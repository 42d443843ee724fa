package postern.forge;

import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * How what a person granted at the forge differs from what was asked. The forge keeps the scope of
 * the first consent and takes it from the person's browser, so the two may differ either way.
 *
 * @param missing asked and not granted
 * @param surplus granted and not asked
 * @param full the grant covers everything that the person may do there, and that was not asked
 */
public record ScopeGap(Set<String> missing, Set<String> surplus, boolean full) {
    private static final String ALL = "all";
    private static final String PUBLIC_ONLY = "public-only";
    private static final String NOT_PUBLIC = "what is not public";
    private static final String READ = "read:";
    private static final String WRITE = "write:";

    public ScopeGap {
        missing = Collections.unmodifiableSet(new TreeSet<>(missing));
        surplus = Collections.unmodifiableSet(new TreeSet<>(surplus));
    }

    /**
     * @param asked as configured
     * @param granted as introspection tells it, not empty. A word that the forge does not know
     *     gives nothing; when no other is left, the forge gives full access
     */
    static ScopeGap between(String asked, String granted) {
        Set<String> wanted = known(asked);
        Set<String> given = known(granted);
        if (given.isEmpty()) given.add(ALL);
        return new ScopeGap(
                beyond(wanted, given),
                beyond(given, wanted),
                given.contains(ALL) && !wanted.contains(ALL));
    }

    /** Of {@code these} what {@code others} do not cover. */
    private static Set<String> beyond(Set<String> these, Set<String> others) {
        var left = new TreeSet<String>();
        for (String scope : these) {
            if (!scope.equals(PUBLIC_ONLY) && !covers(others, scope)) left.add(scope);
        }
        if (others.contains(PUBLIC_ONLY) && !these.contains(PUBLIC_ONLY)) left.add(NOT_PUBLIC);
        return left;
    }

    private static boolean covers(Set<String> scopes, String scope) {
        return scopes.contains(scope)
                || scopes.contains(ALL)
                || scope.startsWith(READ)
                        && scopes.contains(WRITE + scope.substring(READ.length()));
    }

    private static Set<String> known(String scopes) {
        var known = new TreeSet<String>();
        Arrays.stream(scopes.split(" "))
                .filter(word -> ForgejoScopes.isOfApi(word) || word.equals(PUBLIC_ONLY))
                .forEach(known::add);
        return known;
    }

    public boolean isNone() {
        return missing.isEmpty() && surplus.isEmpty();
    }
}
