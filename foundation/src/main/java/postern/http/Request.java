package postern.http;

/** One whole request. Shares its body array with the caller for speed: read, do not change. */
public final class Request {
    private final String method;
    private final String path;
    private final String rawQuery;
    private final Headers headers;
    private final byte[] body;
    private final String clientAddress;
    private final String requestId;

    public Request(
            String method,
            String path,
            String rawQuery,
            Headers headers,
            byte[] body,
            String clientAddress,
            String requestId) {
        this.method = method;
        this.path = path;
        this.rawQuery = rawQuery;
        this.headers = headers;
        this.body = body;
        this.clientAddress = clientAddress;
        this.requestId = requestId;
    }

    public String method() {
        return method;
    }

    /** As sent: neither decoded nor normalised. The route was chosen by these very characters. */
    public String path() {
        return path;
    }

    /** As sent, without the question mark; empty when there is none. See {@link FormParams}. */
    public String rawQuery() {
        return rawQuery;
    }

    public Headers headers() {
        return headers;
    }

    public byte[] body() {
        return body;
    }

    /** The peer's address, or what a trusted proxy says about it. Never a name. */
    public String clientAddress() {
        return clientAddress;
    }

    /**
     * What limits per caller count by: the address, and of an IPv6 address the first 56 bits, since
     * one household has all addresses behind them.
     */
    public String clientNetwork() {
        return Network.ofOneCaller(clientAddress);
    }

    /** Ours, never taken from the client; the answer carries it as X-Request-Id. */
    public String requestId() {
        return requestId;
    }
}
