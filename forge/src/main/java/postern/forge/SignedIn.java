package postern.forge;

import java.util.Optional;

/**
 * Somebody has proved who they are.
 *
 * @param upstreamId immutable at the upstream
 * @param login the name there now
 * @param tokens what acts for the person at the upstream, if it has such a thing
 */
public record SignedIn(String upstreamId, String login, Optional<TokenSet> tokens) {}
