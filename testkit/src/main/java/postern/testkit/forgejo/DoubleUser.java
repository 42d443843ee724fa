package postern.testkit.forgejo;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * A person of the double. The numeric id never changes and is what {@code sub} carries.
 *
 * @param groups what userinfo lists: {@code org} and {@code org:team}
 * @param prohibited may not sign in; a refresh still works, the API answers 403
 * @param mustChangePassword signs in, but is sent to the password page; the API answers 403
 */
public record DoubleUser(
        long id,
        String login,
        String password,
        String fullName,
        String email,
        List<String> groups,
        boolean prohibited,
        boolean mustChangePassword) {
    public DoubleUser {
        groups = List.copyOf(groups);
    }

    DoubleUser prohibited(boolean value) {
        return new DoubleUser(
                id, login, password, fullName, email, groups, value, mustChangePassword);
    }

    DoubleUser mustChangePassword(boolean value) {
        return new DoubleUser(id, login, password, fullName, email, groups, prohibited, value);
    }

    DoubleUser rename(String newLogin) {
        return new DoubleUser(
                id, newLogin, password, fullName, email, groups, prohibited, mustChangePassword);
    }

    DoubleUser inGroups(List<String> newGroups) {
        return new DoubleUser(
                id, login, password, fullName, email, newGroups, prohibited, mustChangePassword);
    }

    /** In these groups too; {@code org:team} brings {@code org} along. */
    DoubleUser joins(String group) {
        var all = new LinkedHashSet<>(groups);
        all.add(group.split(":", 2)[0]);
        all.add(group);
        return inGroups(List.copyOf(all));
    }

    /** Out of this team, or out of the organisation with all its teams. */
    DoubleUser leaves(String group) {
        return inGroups(
                groups.stream()
                        .filter(known -> !known.equals(group) && !known.startsWith(group + ":"))
                        .toList());
    }
}
