package postern.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Owns what a start has opened so far. Closes all of it, newest first, unless {@link #release} was
 * called; later failures are suppressed into the first. For one thread.
 */
public final class Undo implements AutoCloseable {
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    public <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    /** From here the caller owns everything. */
    public void release() {
        owned.clear();
    }

    /**
     * @throws IllegalStateException when a step failed; all other steps were run all the same
     */
    @Override
    public void close() {
        IllegalStateException first = null;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception failure) {
                if (first == null)
                    first = new IllegalStateException("could not close everything", failure);
                else first.addSuppressed(failure);
            }
        }
        if (first != null) throw first;
    }
}
