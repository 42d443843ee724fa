package postern.bridge;

import postern.http.Request;

import java.util.Set;

/**
 * POST, DELETE, and GET where there is a session to listen to. A GET without one is how clients
 * look for the transport of 2024-11-05, and 405 is what sends them away; 404 would mean a lost
 * session.
 */
final class ServedMethod implements RequestCheck {
    private static final Set<String> SERVED = Set.of("POST", "GET", "DELETE");

    @Override
    public void check(Request request) {
        boolean listens = request.headers().first(McpHeaders.SESSION_ID).isPresent();
        if (!SERVED.contains(request.method())) throw refusal("GET, POST, DELETE");
        if (request.method().equals("GET") && !listens) throw refusal("POST, DELETE");
    }

    private static McpRefusal refusal(String allow) {
        return McpRefusal.of(405, "this method is not served here", "method").with("Allow", allow);
    }
}
