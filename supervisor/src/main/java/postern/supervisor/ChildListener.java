package postern.supervisor;

/**
 * Hears one child. Called on the child's own reader thread, one call at a time; it may block, and
 * back-pressure then reaches the child through its full pipe. A listener that throws ends the child
 * ("listener failed"). Once the child is dead a blocked call has about a second, then its thread is
 * interrupted.
 */
public interface ChildListener {
    /**
     * One line from stdout, without the newline and a carriage return before it; never empty (empty
     * lines are left out), not checked for UTF-8. The array belongs to the listener. Bytes after
     * the last newline come as a line when stdout ends.
     */
    void line(byte[] line);

    /** Exactly once, after the last line; nothing follows. The process tree is gone by then. */
    void exited(ChildExit exit);
}
