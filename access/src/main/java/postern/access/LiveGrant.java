package postern.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A grant for people to look at.
 *
 * @param lastUsed at most a minute late; empty when it was never used
 */
public record LiveGrant(Grant grant, Instant since, Optional<Instant> lastUsed) {}
