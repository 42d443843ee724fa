package postern.bridge;

import postern.http.Request;

import java.util.Set;

/**
 * A browser page of another origin may not use our endpoint. Programs send no Origin.
 *
 * @see <a
 *     href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning">MCP
 *     2025-11-25, transports, security warning</a>
 */
record AllowedOrigin(Set<String> origins) implements RequestCheck {
    AllowedOrigin {
        origins = Set.copyOf(origins);
    }

    @Override
    public void check(Request request) {
        for (String origin : request.headers().all("Origin")) {
            if (!origins.contains(origin)) {
                throw McpRefusal.of(403, "this origin is not allowed", "foreign origin");
            }
        }
    }
}
