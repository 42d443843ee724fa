package postern.supervisor;

import java.util.Map;
import java.util.Set;

/** Where a child stands. A terminal state stays: a new child is a new object. */
public enum ChildState {
    /** Accepted, nothing done yet. */
    PENDING,
    /** Directory and process are being made. */
    CREATING,
    /** The process runs, its answer to the start-up probe is awaited. */
    STARTING,
    /** {@link Child#ready()} was called. */
    RUNNING,
    /** Its end was asked for and is under way. */
    STOPPING,
    /** Ended because somebody asked for it; nothing is left. Terminal. */
    STOPPED,
    /**
     * Ended without being asked, or broke a limit; what is left of it is being removed until {@link
     * Child#done()} completes. Terminal.
     */
    FAILED;

    private static final Map<ChildState, Set<ChildState>> NEXT =
            Map.of(
                    PENDING, Set.of(CREATING, STOPPED),
                    CREATING, Set.of(STARTING, FAILED, STOPPING),
                    STARTING, Set.of(RUNNING, FAILED, STOPPING),
                    RUNNING, Set.of(STOPPING, FAILED),
                    STOPPING, Set.of(STOPPED, FAILED),
                    STOPPED, Set.of(),
                    FAILED, Set.of());

    /** True for {@link #STOPPED} and {@link #FAILED}. */
    public boolean isTerminal() {
        return this == STOPPED || this == FAILED;
    }

    boolean mayBecome(ChildState next) {
        return NEXT.get(this).contains(next);
    }

    /**
     * @return {@code next}
     * @throws IllegalStateException when the table has no such step
     */
    ChildState to(ChildState next) {
        if (mayBecome(next)) return next;
        throw new IllegalStateException("child " + this + " -> " + next);
    }
}
