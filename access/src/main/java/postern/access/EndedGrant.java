package postern.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A grant that is over, for people to look at.
 *
 * @param reason empty when another version of this program wrote it
 */
public record EndedGrant(Grant grant, Instant since, Instant endedAt, Optional<EndReason> reason) {}
