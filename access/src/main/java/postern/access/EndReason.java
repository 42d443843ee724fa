package postern.access;

/** Why a grant ended, as stored and logged. */
public enum EndReason {
    /** The client revoked one of its tokens (RFC 7009). */
    REVOKED_BY_CLIENT,
    REVOKED_BY_PERSON,
    REVOKED_BY_OPERATOR,
    /** A code was redeemed twice (OAuth 2.1 section 4.1.3). */
    CODE_REPLAYED,
    /** A retired refresh token came back after its grace (OAuth 2.1 section 4.3.1). */
    REFRESH_TOKEN_REPLAYED,
    /** The upstream says that the person's consent or account there is gone. */
    UPSTREAM_REFUSED,
    EXPIRED,
    /** The person signed in and then cancelled, or left the second page without an answer. */
    NOT_CONFIRMED,
    /** The consent form was sent once more before the client had redeemed the code. */
    SENT_AGAIN,
    /** The person had as many grants as anybody may have, and used this one least recently. */
    MADE_ROOM,
    /** The master key that its tokens need was removed at once. */
    KEY_RETIRED,
    /** A backup was put back, in which it was live. */
    RESTORED
}
