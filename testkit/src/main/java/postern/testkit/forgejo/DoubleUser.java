package postern.testkit.forgejo;

import java.util.List;

/**
 * A person of the double. The numeric id never changes and is what {@code sub} carries.
 *
 * @param groups what userinfo lists: {@code org} and {@code org:team}
 * @param prohibited may not sign in; a refresh still works, the API answers 403
 */
public record DoubleUser(
        long id,
        String login,
        String password,
        String fullName,
        String email,
        List<String> groups,
        boolean prohibited) {
    public DoubleUser {
        groups = List.copyOf(groups);
    }

    DoubleUser prohibit() {
        return new DoubleUser(id, login, password, fullName, email, groups, true);
    }

    DoubleUser rename(String newLogin) {
        return new DoubleUser(id, newLogin, password, fullName, email, groups, prohibited);
    }

    DoubleUser inGroups(List<String> newGroups) {
        return new DoubleUser(id, login, password, fullName, email, newGroups, prohibited);
    }
}
