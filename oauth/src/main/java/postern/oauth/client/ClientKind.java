package postern.oauth.client;

/** How this server came to know a client. */
public enum ClientKind {
    /** Written down by the operator. */
    CONFIGURED,
    /** A well-known Client ID Metadata Document, of which this program carries a copy. */
    SHIPPED_DOCUMENT,
    /** A Client ID Metadata Document that was fetched from where its client_id points to. */
    DOCUMENT,
    /** Registered by itself (RFC 7591). */
    REGISTERED
}
