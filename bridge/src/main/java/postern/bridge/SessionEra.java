package postern.bridge;

import postern.http.HttpError;
import postern.mcp.Message;

/**
 * How the revisions with sessions are served. Each method answers the exchange or throws its
 * refusal.
 */
public interface SessionEra {
    /**
     * @throws HttpError the refusal
     */
    void post(McpExchange exchange, Message message);

    /**
     * Opens the stream for what belongs to no call; returns when it ends.
     *
     * @throws HttpError the refusal
     */
    void listen(McpExchange exchange);

    /**
     * Ends a session.
     *
     * @throws HttpError the refusal
     */
    void delete(McpExchange exchange);
}
