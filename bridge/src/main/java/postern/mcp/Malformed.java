package postern.mcp;

/** Bytes that are not one JSON-RPC message. Hint and detail are fixed texts without input. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    private Malformed(int code, String hint) {
        super(hint, null, false, false);
        this.code = code;
    }

    static Malformed json() {
        return new Malformed(JsonRpcErrors.PARSE_ERROR, "the message is not valid JSON");
    }

    static Malformed request(String hint) {
        return new Malformed(JsonRpcErrors.INVALID_REQUEST, hint);
    }

    /** JSON-RPC error code: -32700 or -32600. */
    public int code() {
        return code;
    }

    /** Fixed English, for the sender. */
    public String hint() {
        return getMessage();
    }
}
