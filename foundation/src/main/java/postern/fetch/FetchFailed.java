package postern.fetch;

import java.io.IOException;

/**
 * Nothing usable came back. The text says why, for the log only; it holds nothing that was sent.
 */
public final class FetchFailed extends IOException {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Kind {
        /** The host cannot be reached, is too slow, broke off, or answered 5xx: it may pass. */
        UNAVAILABLE,
        /** A limit of ours refused the fetch: the host was not asked. */
        OUR_LIMIT,
        /** The host has no such document any more, or has one that cannot be used. */
        NOT_USABLE
    }

    private final Kind kind;

    /** Of the kind {@link Kind#NOT_USABLE}. */
    public FetchFailed(String reason) {
        this(Kind.NOT_USABLE, reason);
    }

    /** Of the kind {@link Kind#NOT_USABLE}. */
    public FetchFailed(String reason, Throwable cause) {
        this(Kind.NOT_USABLE, reason, cause);
    }

    public FetchFailed(Kind kind, String reason) {
        super(reason);
        this.kind = kind;
    }

    public FetchFailed(Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
