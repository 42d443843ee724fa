package postern.supervisor;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One started process and all it starts itself. Safe for use by many threads; nothing here blocks.
 */
public interface Child {
    ChildId id();

    /** Process id of the program itself: no wrapper stands in between. */
    long pid();

    ChildState state();

    /** Name of the server definition that it was started from. */
    String server();

    /**
     * Queues one line for stdin; a newline is added. Lines arrive in the order of the calls.
     *
     * @param line without newline; must not be changed after the call
     * @throws IllegalArgumentException when the line is empty, holds \n or \r, or is longer than
     *     {@link ChildLimits#stdinQueueSize()}
     * @throws ChildBusy when the queue is full, by lines or by bytes
     * @throws ChildGone when the child has ended or is ending
     */
    void send(byte[] line) throws ChildBusy, ChildGone;

    /**
     * STARTING to RUNNING: the child has answered. Without it the child is killed when the start
     * budget has passed. In any other state nothing happens.
     */
    void ready();

    /**
     * Completes, always normally, when nothing of the child is left: no process of its tree, no
     * zombie, pipe, thread or directory, and its listener has heard {@link ChildListener#exited}.
     * Two things are reported in the log instead of being waited for without end: a process that
     * survives SIGKILL for 5 s (blocked in the kernel, or of another user), and a listener that
     * ignores an interrupt for 2 s. Cancelling or completing the returned future has no effect on
     * the child.
     */
    CompletableFuture<ChildExit> done();

    /**
     * Ends the child and returns at once. Lines queued so far are written, then stdin is closed;
     * after {@link ChildLimits#stopGrace()} the tree gets SIGTERM; after another grace, or as soon
     * as the program itself has ended, SIGKILL goes to what is left, also to descendants that left
     * the process group. Calling it again changes nothing.
     *
     * @param reason for people, becomes "stopped: reason"
     * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle">MCP
     *     2025-11-25, lifecycle, shutdown</a>
     */
    void stop(String reason);

    /**
     * SIGKILL for the whole tree at once; returns at once. Shortens a {@link #stop} under way,
     * whose reason stays: the first to ask decides it.
     *
     * @param reason for people, becomes "killed: reason"
     */
    void kill(String reason);

    /**
     * The last lines of stderr, oldest first, within {@link ChildLimits#stderrTail()}: values of
     * the secret environment replaced by {@code ***}, control characters taken out, long lines cut
     * at 4 KiB. Still there after the end.
     */
    List<String> stderrTail();
}
