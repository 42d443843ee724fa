package postern.bridge;

import postern.core.Check;

import java.net.URI;
import java.util.Optional;

/**
 * From paths to endpoints. Built from the configured public URL alone, never from a request's
 * headers.
 */
public final class Endpoints {
    private static final String ROOT = "/mcp";
    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private final String publicUrl;
    private final ServerDefinitions servers;

    /**
     * @param publicUrl scheme, host and, where it is not the standard one, port; no path
     */
    public Endpoints(URI publicUrl, ServerDefinitions servers) {
        String text = publicUrl.toString();
        this.publicUrl = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.servers = servers;
        Check.that(publicUrl.getHost() != null, "public URL", "must name a host");
        Check.that(
                publicUrl.getRawPath().isEmpty() || publicUrl.getRawPath().equals("/"),
                "public URL",
                "must have no path");
    }

    /**
     * The endpoint at {@code path}, compared character by character; {@code /mcp/} is {@code /mcp}.
     * A path without a server has the challenge of the default one.
     */
    public Endpoint at(String path) {
        if (path.equals(ROOT) || path.equals(ROOT + "/")) {
            return endpoint(ROOT, Optional.of(servers.standard()));
        }
        Optional<ServerDefinition> named =
                path.startsWith(ROOT + "/")
                        ? servers.find(path.substring(ROOT.length() + 1))
                        : Optional.empty();
        return endpoint(named.isPresent() ? path : ROOT, named);
    }

    private Endpoint endpoint(String path, Optional<ServerDefinition> server) {
        return new Endpoint(publicUrl + path, publicUrl + WELL_KNOWN + path, server);
    }
}
