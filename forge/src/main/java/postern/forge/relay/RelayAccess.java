package postern.forge.relay;

import postern.access.GrantId;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;

/**
 * What one child may do through the relay, and the real token to do it with. Safe for many threads.
 */
public interface RelayAccess {
    /** Whose calls these are, for the record. */
    GrantId grant();

    /** The number of the person, who shares one allowance of calls among all sessions. */
    long personId();

    /** Only GET and HEAD get through. */
    boolean isReadOnly();

    /**
     * A token for one request, to be forgotten afterwards.
     *
     * @throws UpstreamRefused the person's grants have ended
     */
    RelayToken token() throws UpstreamRefused, UpstreamUnavailable;

    /**
     * Another token after the forge answered 401 to {@code refused}; the same when it is fresh.
     *
     * @throws UpstreamRefused the person's grants have ended
     */
    RelayToken renewed(RelayToken refused) throws UpstreamRefused, UpstreamUnavailable;

    /**
     * The forge refuses {@code token} everywhere although it is fresh: ends the person's grants.
     */
    void refused(RelayToken token);
}
