package postern.access;

import java.util.Set;

/**
 * How a child of a grant reaches the upstream as its person. Declared here, done by the room that
 * knows the upstream.
 */
public interface UpstreamAccess {
    /**
     * Opens the person's credential with the caller's token and keeps it open until the lease is
     * closed.
     *
     * @throws UpstreamRefused the upstream no longer knows the person's consent; the grant has
     *     ended
     * @throws UpstreamUnavailable the upstream cannot be asked now; a later try may succeed
     */
    UpstreamLease lease(Caller caller) throws UpstreamRefused, UpstreamUnavailable;

    /**
     * Checks people with an open lease anew where that is due, and ends the grants of those who may
     * not be here any more. Called every few seconds; asks the upstream only where it is due.
     *
     * @return grants with an open lease whose person could not be checked for too long
     */
    default Set<GrantId> recheck() {
        return Set.of();
    }
}
