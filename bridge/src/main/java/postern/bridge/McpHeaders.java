package postern.bridge;

import postern.http.CorsPolicy;

import java.util.List;
import java.util.Set;

/** Header fields of Streamable HTTP. */
public final class McpHeaders {
    public static final String SESSION_ID = "Mcp-Session-Id";
    static final String PROTOCOL_VERSION = "MCP-Protocol-Version";

    /** For clients that run in a browser. Source: oauth-rules M13. */
    static final CorsPolicy CORS =
            new CorsPolicy(
                    Set.of("GET", "POST", "DELETE"),
                    List.of(
                            "Authorization",
                            "Content-Type",
                            PROTOCOL_VERSION,
                            SESSION_ID,
                            "Mcp-Method",
                            "Mcp-Name",
                            "Last-Event-ID"),
                    List.of("WWW-Authenticate", SESSION_ID));

    private McpHeaders() {}
}
