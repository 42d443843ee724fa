package postern.forge;

import postern.access.Admissions;
import postern.access.Grants;
import postern.core.Ticker;
import postern.forge.relay.Relay;
import postern.store.Database;

import java.time.InstantSource;

/**
 * What {@link ForgejoUpstream} works with. All of it is closed by its owner, after that.
 *
 * @param relay started for the same forge
 * @param admissions whether people who have come in may go on; how they come in is up to {@link
 *     AdmittedUpstream}
 */
public record ForgejoMeans(
        Database database,
        Grants grants,
        Relay relay,
        Admissions admissions,
        InstantSource clock,
        Ticker ticker) {}
