package postern.forge.relay;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Requests whose effect would outlive the session by itself: the end of a grant could not undo
 * them. What is in no rule passes. The list and its reasons are in docs/decisions/relay-limits.md.
 */
final class LastingEffects {
    private static final Set<String> ALL = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    /** Taking such a thing away, and looking at it, leaves nothing behind. */
    private static final Set<String> MAKING = Set.of("POST", "PUT", "PATCH");

    /**
     * @param pattern below {@code /api/v1}, with all that is below it unless it ends with {@code
     *     $}; {@code *} is one segment
     * @param standing empty: a key, a token or an administrator's page, which nobody can allow
     */
    private record Rule(Set<String> methods, String pattern, Optional<Standing> standing) {
        boolean holds(String method, RelayPath path) {
            return methods.contains(method) && path.isBelow(pattern);
        }
    }

    private static final List<Rule> RULES =
            List.of(
                    never(ALL, "/admin"),
                    never(ALL, "/user/keys"),
                    never(ALL, "/user/gpg_keys"),
                    never(ALL, "/user/gpg_key_token"),
                    never(ALL, "/user/gpg_key_verify"),
                    never(ALL, "/user/applications"),
                    never(ALL, "/users/*/tokens"),
                    never(ALL, "/repos/*/*/keys"),
                    never(ALL, "/repos/*/*/hooks/git"),
                    // a GET of the registration token hands it out
                    never(ALL, "/user/actions/runners"),
                    never(ALL, "/orgs/*/actions/runners"),
                    never(ALL, "/repos/*/*/actions/runners"),
                    never(ALL, "/user/runners"),
                    never(ALL, "/orgs/*/runners"),
                    never(ALL, "/repos/*/*/runners"),
                    // who reads the mail can set a new password
                    never(Set.of("POST", "PUT", "PATCH", "DELETE"), "/user/emails"),
                    unlessAllowed(Standing.HOOKS, "/user/hooks"),
                    unlessAllowed(Standing.HOOKS, "/orgs/*/hooks"),
                    unlessAllowed(Standing.HOOKS, "/repos/*/*/hooks"),
                    // copies the webhooks of a stranger's template
                    unlessAllowed(Standing.HOOKS, "/repos/*/*/generate$"),
                    unlessAllowed(Standing.MIRRORS, "/repos/*/*/push_mirrors"),
                    unlessAllowed(Standing.MIRRORS, "/repos/migrate$"),
                    unlessAllowed(Standing.SHARING, "/repos/*/*/collaborators"),
                    unlessAllowed(Standing.SHARING, "/repos/*/*/teams"),
                    unlessAllowed(Standing.SHARING, "/repos/*/*/transfer"),
                    unlessAllowed(Standing.ACTIONS, "/user/actions/secrets"),
                    unlessAllowed(Standing.ACTIONS, "/user/actions/variables"),
                    unlessAllowed(Standing.ACTIONS, "/orgs/*/actions/secrets"),
                    unlessAllowed(Standing.ACTIONS, "/orgs/*/actions/variables"),
                    unlessAllowed(Standing.ACTIONS, "/repos/*/*/actions/secrets"),
                    unlessAllowed(Standing.ACTIONS, "/repos/*/*/actions/variables"));

    private LastingEffects() {}

    private static Rule never(Set<String> methods, String pattern) {
        return new Rule(methods, pattern, Optional.empty());
    }

    private static Rule unlessAllowed(Standing standing, String pattern) {
        return new Rule(MAKING, pattern, Optional.of(standing));
    }

    /**
     * @throws RelayRefusal 403, with a text for the model
     */
    static void check(String method, RelayPath path, Set<Standing> allowed) throws RelayRefusal {
        for (Rule rule : RULES) {
            if (!rule.holds(method, path)) continue;
            if (rule.standing.isEmpty()) throw keyOrToken();
            if (!allowed.contains(rule.standing.get())) throw notAllowed(rule.standing.get());
        }
    }

    private static RelayRefusal keyOrToken() {
        return new RelayRefusal(
                403,
                "this part of the API is not available through Postern: keys, tokens,"
                        + " applications, e-mail addresses and administration would outlive this"
                        + " session. Do not try again; the person can do it on the web pages of"
                        + " the forge");
    }

    private static RelayRefusal notAllowed(Standing standing) {
        return new RelayRefusal(
                403,
                "making or changing "
                        + standing.inWords()
                        + " is not available through Postern, since they would go on working after"
                        + " this session. Do not try again; the person can do it on the web pages"
                        + " of the forge, or the operator of Postern can allow it with "
                        + Standing.SETTING
                        + "="
                        + standing.settingName());
    }
}
