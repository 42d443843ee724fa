package postern.access;

import postern.core.Secret;

import java.util.Map;

/**
 * What one child needs to reach the upstream. Closing it twice is harmless; afterwards its values
 * open nothing.
 */
public interface UpstreamLease extends AutoCloseable {
    /** Values for templates of server definitions by name, for example {@code relay.url}. */
    Map<String, String> values();

    /** Secret values by name, for example {@code relay.token}: good only for this child. */
    Map<String, Secret> secrets();

    /**
     * A line that the child wrote, as its client may see it: what this lease put in for the child's
     * eyes only is taken out again. May be the same array; neither is changed afterwards.
     */
    default byte[] forClient(byte[] line) {
        return line;
    }

    @Override
    void close();
}
