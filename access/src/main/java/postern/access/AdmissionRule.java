package postern.access;

import java.util.Optional;
import java.util.Set;

/**
 * Who of those that an upstream knows may come in, and who of them administers this installation.
 *
 * @param allow empty: everybody who can sign in there
 * @param administrators they may come in as well, whatever {@code allow} says; empty: nobody is one
 */
public record AdmissionRule(Optional<MemberList> allow, Optional<MemberList> administrators) {
    public static final AdmissionRule EVERYBODY =
            new AdmissionRule(Optional.empty(), Optional.empty());

    /**
     * Empty when the person may not come in.
     *
     * @param groups as {@link MemberList#names}
     */
    public Optional<Role> roleOf(String login, Set<String> groups) {
        if (administrators.filter(list -> list.names(login, groups)).isPresent()) {
            return Optional.of(Role.ADMINISTRATOR);
        }
        boolean allowed = allow.isEmpty() || allow.get().names(login, groups);
        return allowed ? Optional.of(Role.MEMBER) : Optional.empty();
    }

    /** Whether somebody may be kept out. */
    public boolean isLimited() {
        return allow.isPresent();
    }

    /** Whether it matters who somebody is. */
    public boolean tellsApart() {
        return allow.isPresent() || administrators.isPresent();
    }
}
