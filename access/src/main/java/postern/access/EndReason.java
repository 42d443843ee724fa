package postern.access;

import java.util.Arrays;
import java.util.Optional;

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
    /** The upstream accepts nothing of what it gave out, and does not say why. */
    UPSTREAM_REFUSED,
    /** The upstream says that the person's consent or account there is gone. */
    UPSTREAM_GRANT_GONE,
    /** Nobody used the upstream's refresh token before its end. */
    UPSTREAM_TOKEN_TOO_OLD,
    /** The upstream gave out newer tokens in an answer that never arrived or was not stored. */
    UPSTREAM_ANSWER_LOST,
    /** The upstream's tokens are stored, and not for this grant. */
    UPSTREAM_SET_UNREADABLE,
    /** The person is not, or no longer, among those whom the operator lets in. */
    NOT_ALLOWED,
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
    RESTORED;

    /** Empty for what another version of this program has written. */
    static Optional<EndReason> stored(String name) {
        return Arrays.stream(values()).filter(reason -> reason.name().equals(name)).findFirst();
    }
}
