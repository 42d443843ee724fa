package postern.supervisor;

import java.time.Instant;

/**
 * One step of one child.
 *
 * @param reason for people; holds no secret and nothing that the child wrote; empty where the step
 *     needs no word
 */
public record ChildStateChange(
        ChildId child, String server, ChildState from, ChildState to, String reason, Instant at) {}
