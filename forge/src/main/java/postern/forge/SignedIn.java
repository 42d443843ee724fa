package postern.forge;

import java.util.Optional;
import java.util.Set;

/**
 * Somebody has proved who they are.
 *
 * @param upstreamId immutable at the upstream
 * @param login the name there now
 * @param groups what the person belongs to there now, as {@link postern.access.MemberList#names}
 *     takes it
 * @param tokens what acts for the person at the upstream, if it has such a thing
 */
public record SignedIn(
        String upstreamId, String login, Set<String> groups, Optional<TokenSet> tokens) {
    public SignedIn {
        groups = Set.copyOf(groups);
    }
}
