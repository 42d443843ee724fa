package postern.access;

import java.util.Map;
import postern.core.Secret;

/** What one child needs to reach the upstream. Closing it twice is harmless; afterwards its values open nothing. */
public interface UpstreamLease extends AutoCloseable {
    /** Values for templates of server definitions by name, for example {@code relay.url}. */
    Map<String, String> values();

    /** Secret values by name, for example {@code relay.token}: good only for this child. */
    Map<String, Secret> secrets();

    @Override
    void close();
}
