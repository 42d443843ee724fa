package postern.bridge;

import postern.http.Request;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The client must be ready for what it may get: JSON or an event stream on POST, an event stream on
 * GET. Absent, and a wildcard, mean anything (RFC 9110 section 12.5.1), as hand-written clients do.
 *
 * @see <a
 *     href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server">MCP
 *     2025-11-25, sending messages</a>
 */
final class AcceptsAnswer implements RequestCheck {
    private static final String STREAM = "text/event-stream";

    @Override
    public void check(Request request) {
        List<String> values = request.headers().all("Accept");
        if (values.isEmpty() || request.method().equals("DELETE")) return;
        Set<String> types = types(values);
        boolean json = accepts(types, "application/json", "application/*");
        boolean stream = accepts(types, STREAM, "text/*");
        if (request.method().equals("POST") && !(json && stream)) {
            throw McpRefusal.of(
                    406, "Accept must list application/json and text/event-stream", "accept");
        }
        if (request.method().equals("GET") && !stream) {
            throw McpRefusal.of(406, "Accept must list text/event-stream", "accept");
        }
    }

    private static boolean accepts(Set<String> types, String type, String range) {
        return types.contains(type) || types.contains(range) || types.contains("*/*");
    }

    private static Set<String> types(List<String> values) {
        Set<String> types = new HashSet<>();
        for (String value : values) {
            for (String part : value.split(",", -1)) {
                int parameters = part.indexOf(';');
                String type = parameters < 0 ? part : part.substring(0, parameters);
                types.add(type.strip().toLowerCase(Locale.ROOT));
            }
        }
        return types;
    }
}
