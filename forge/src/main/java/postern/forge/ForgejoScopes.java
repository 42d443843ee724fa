package postern.forge;

import postern.core.Check;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The scopes that are asked of Forgejo. Checked here because Forgejo never refuses: a missing,
 * misspelt or comma-joined scope silently yields a token with full access.
 *
 * @param value names separated by single spaces, at least one of which names a part of the API
 */
public record ForgejoScopes(String value) {
    private static final List<String> PARTS =
            List.of(
                    "activitypub",
                    "admin",
                    "issue",
                    "misc",
                    "notification",
                    "organization",
                    "package",
                    "repository",
                    "user");
    private static final Set<String> OPENID = Set.of("openid", "profile", "email", "groups");
    private static final Set<String> API = api();

    public ForgejoScopes {
        Check.that(
                !value.isBlank(),
                "forgejo scopes",
                "must not be empty: that means full access there");
        Check.that(
                value.indexOf(',') < 0,
                "forgejo scopes",
                "must be separated by spaces, not commas: a comma means full access there");
        boolean narrows = false;
        for (String name : value.split(" ", -1)) {
            Check.that(!name.isEmpty(), "forgejo scopes", "must be separated by single spaces");
            Check.that(
                    API.contains(name) || OPENID.contains(name) || name.equals("public-only"),
                    "forgejo scopes",
                    "must be of "
                            + new TreeSet<>(API)
                            + ": a name unknown there means full access");
            narrows |= API.contains(name);
        }
        Check.that(narrows, "forgejo scopes", "must name a part of the API, for example read:user");
    }

    /** Whether {@code name} is known to the forge and lets a token do something. */
    static boolean isOfApi(String name) {
        return API.contains(name);
    }

    private static Set<String> api() {
        var names = new TreeSet<String>();
        for (String part : PARTS) {
            names.add("read:" + part);
            names.add("write:" + part);
        }
        names.add("all");
        return Set.copyOf(names);
    }
}
