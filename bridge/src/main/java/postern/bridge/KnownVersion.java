package postern.bridge;

import postern.http.Request;
import postern.mcp.ProtocolVersions;

import java.util.List;

/**
 * The version header, where there is one, names a revision that exists. Which one is not compared
 * with the session's: real clients leave it out or send a newer one than they agreed on.
 */
final class KnownVersion implements RequestCheck {
    @Override
    public void check(Request request) {
        List<String> values = request.headers().all(McpHeaders.PROTOCOL_VERSION);
        if (values.isEmpty()) return;
        if (values.size() > 1 || !ProtocolVersions.isKnown(values.getFirst())) {
            throw McpRefusal.of(400, "MCP-Protocol-Version is not supported", "version header");
        }
    }
}
