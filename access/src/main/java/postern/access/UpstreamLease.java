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

    @Override
    void close();
}
