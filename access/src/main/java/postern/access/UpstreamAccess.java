package postern.access;

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
}
