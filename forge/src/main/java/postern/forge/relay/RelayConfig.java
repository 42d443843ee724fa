package postern.forge.relay;

import java.net.URI;
import java.util.Set;

/**
 * Which forge the relay stands before, and what it lets through.
 *
 * @param publicUrl the forge's ROOT_URL; it is what {@code Location} and {@code
 *     browser_download_url} point at
 * @param apiUrl where requests go
 * @param allowed by the operator, although it outlives the session
 */
public record RelayConfig(URI publicUrl, URI apiUrl, Set<Standing> allowed, RelayLimits limits) {
    public RelayConfig {
        allowed = Set.copyOf(allowed);
    }

    /** Nothing that outlives the session, within the standard limits. */
    public static RelayConfig standard(URI publicUrl, URI apiUrl) {
        return new RelayConfig(publicUrl, apiUrl, Set.of(), RelayLimits.standard());
    }

    public RelayConfig withAllowed(Set<Standing> kinds) {
        return new RelayConfig(publicUrl, apiUrl, kinds, limits);
    }

    public RelayConfig withLimits(RelayLimits other) {
        return new RelayConfig(publicUrl, apiUrl, allowed, other);
    }
}
