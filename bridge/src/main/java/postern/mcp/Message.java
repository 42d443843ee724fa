package postern.mcp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One JSON-RPC message with its own bytes. Immutable by agreement: {@link #line()} is shared, do
 * not change it.
 */
public final class Message {
    /** What a message is. */
    public enum Kind {
        REQUEST,
        NOTIFICATION,
        RESPONSE,
        /** A response with {@code error}; only here the id may be missing or null. */
        ERROR
    }

    private final Kind kind;
    private final byte[] line;
    private final MessageFields fields;

    Message(Kind kind, byte[] line, MessageFields fields) {
        this.kind = kind;
        this.line = line;
        this.fields = fields;
    }

    public Kind kind() {
        return kind;
    }

    /** The message as it came, on one line. */
    public byte[] line() {
        return line;
    }

    /** Empty for notifications and for errors that answer nothing in particular. */
    public Optional<RequestId> id() {
        return Optional.ofNullable(fields.id);
    }

    /** The id as it was written. */
    public Optional<byte[]> idJson() {
        return Optional.ofNullable(fields.idSpan).map(span -> span.of(line));
    }

    /** Empty for responses. */
    public String method() {
        return fields.method == null ? "" : fields.method;
    }

    /** The id as the child gets it. */
    public Optional<byte[]> idJsonTowardsChild() {
        return id().flatMap(id -> {
            RequestId towards = id.towardsChild();
            return towards.equals(id) ? idJson() : Optional.of(towards.rewrittenJson());
        });
    }

    public boolean isInitialize() {
        return kind == Kind.REQUEST && method().equals("initialize");
    }

    /**
     * {@code params._meta.progressToken}, or {@code params.progressToken} of a progress
     * notification.
     */
    public Optional<RequestId> progressToken() {
        return Optional.ofNullable(
                method().equals("notifications/progress")
                        ? fields.progressOf
                        : fields.progressToken);
    }

    /** {@code params.protocolVersion}, or {@code result.protocolVersion}. */
    public Optional<String> protocolVersion() {
        return Optional.ofNullable(fields.protocolVersion);
    }

    /** {@code params.requestId} of {@code notifications/cancelled}. */
    public Optional<RequestId> cancelledId() {
        return Optional.ofNullable(
                method().equals("notifications/cancelled") ? fields.cancelled : null);
    }

    /** True when {@code params._meta} carries the envelope of 2026-07-28. */
    public boolean hasModernEnvelope() {
        return fields.modern;
    }

    /** A request, or a notification that some servers take for one. */
    public boolean isToolCall() {
        return method().equals(MessageFields.TOOL_CALL);
    }

    public boolean isToolList() {
        return kind == Kind.REQUEST && method().equals("tools/list");
    }

    /** {@code params.name} of {@code tools/call}; empty when it is no string. */
    public Optional<String> toolName() {
        return Optional.ofNullable(isToolCall() ? fields.name : null);
    }

    /** The line for the child: ids that it would change are replaced. */
    public byte[] lineTowardsChild() {
        if (fields.idSpan != null && kind == Kind.REQUEST) {
            RequestId towards = fields.id.towardsChild();
            if (!towards.equals(fields.id)) {
                return fields.idSpan.replacedIn(line, towards.rewrittenJson());
            }
        }
        Optional<RequestId> cancelled = cancelledId();
        if (cancelled.isPresent() && !cancelled.get().towardsChild().equals(cancelled.get())) {
            byte[] towards = cancelled.get().towardsChild().rewrittenJson();
            return fields.cancelledSpan.replacedIn(line, towards);
        }
        return line;
    }

    /** The line with another id, given as JSON text. */
    public byte[] withId(byte[] json) {
        return fields.idSpan == null ? line : fields.idSpan.replacedIn(line, json);
    }

    /** The line with another protocol version. */
    public byte[] withProtocolVersion(String version) {
        byte[] json = ('"' + version + '"').getBytes(StandardCharsets.US_ASCII);
        return fields.protocolVersionSpan == null
                ? line
                : fields.protocolVersionSpan.replacedIn(line, json);
    }
}
