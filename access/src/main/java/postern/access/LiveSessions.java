package postern.access;

import java.util.List;

/**
 * What runs for grants in this process. Declared here, done by the room that has the sessions.
 * Implementations are safe for any number of threads.
 */
public interface LiveSessions {
    /** Those of {@code grant}, the youngest first. */
    List<LiveSession> of(GrantId grant);

    /**
     * Ends one with all that runs for it; false when {@code grant} has none of that handle. The
     * client may begin a new one.
     */
    boolean end(GrantId grant, String handle);

    /**
     * Stops what runs for {@code grant} until its client asks again, and then begins it only with a
     * new lease.
     */
    void suspend(GrantId grant);
}
