package postern.forge.relay;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Turns addresses of the forge towards the relay. One that leads elsewhere is dropped. */
final class Locations {
    private final URI relayUrl;
    private final List<URI> forge;

    Locations(URI relayUrl, URI publicUrl, URI apiUrl) {
        this.relayUrl = relayUrl;
        this.forge = List.of(apiUrl, publicUrl);
    }

    URI relayUrl() {
        return relayUrl;
    }

    Optional<String> rewrite(String location) {
        URI target;
        try {
            target = URI.create(location);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
        String path = target.getRawPath();
        if (path == null || !path.startsWith("/")) return Optional.empty();
        for (URI base : forge) {
            String below = base.getRawPath() == null ? "" : base.getRawPath();
            boolean sameHost = target.getRawAuthority() == null && !target.isAbsolute();
            if ((sameHost || isSameOrigin(base, target)) && path.startsWith(below + "/")) {
                return Optional.of(relayUrl + path.substring(below.length()) + rest(target));
            }
        }
        return Optional.empty();
    }

    private static boolean isSameOrigin(URI base, URI target) {
        return base.getScheme().equalsIgnoreCase(target.getScheme())
                && base.getHost().equalsIgnoreCase(target.getHost())
                && port(base) == port(target)
                && target.getRawUserInfo() == null;
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) return uri.getPort();
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static String rest(URI target) {
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        return target.getRawFragment() == null ? query : query + "#" + target.getRawFragment();
    }
}
