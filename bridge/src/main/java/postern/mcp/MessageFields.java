package postern.mcp;

/** What is known of a message while it is read; null where nothing was found. For one thread. */
final class MessageFields {
    static final String TOOL_CALL = "tools/call";

    boolean version2;
    boolean hasId;
    RequestId id;
    Span idSpan;
    String method;
    boolean hasResult;
    boolean hasError;
    RequestId progressToken;
    RequestId progressOf;
    String protocolVersion;
    Span protocolVersionSpan;
    RequestId cancelled;
    Span cancelledSpan;
    boolean modern;
    String name;
    boolean hasKeyInOtherSpelling;
    boolean hasNameInOtherSpelling;

    /** Refuses a message that servers which ignore case would read in another way than we do. */
    void requireOneSpelling() throws Malformed {
        boolean otherTool = TOOL_CALL.equals(method) && hasNameInOtherSpelling;
        if (hasKeyInOtherSpelling || otherTool) {
            throw Malformed.request("a key of the protocol is written with other capitals");
        }
    }

    Message.Kind kind() throws Malformed {
        if (!version2) throw Malformed.request("jsonrpc must be 2.0");
        if (method != null) {
            if (hasResult || hasError)
                throw Malformed.request("a request has no result and no error");
            if (!hasId) return Message.Kind.NOTIFICATION;
            if (id == null) throw Malformed.request("a request id must not be null");
            return Message.Kind.REQUEST;
        }
        if (hasResult == hasError) {
            throw Malformed.request("a message has a method, a result or an error");
        }
        if (hasResult && id == null) throw Malformed.request("a result must name a request");
        return hasResult ? Message.Kind.RESPONSE : Message.Kind.ERROR;
    }
}
