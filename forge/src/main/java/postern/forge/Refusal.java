package postern.forge;

import postern.access.EndReason;

/** Why the forge's token endpoint gives this person nothing more. */
enum Refusal {
    /** The person took the consent back, or the account was deleted: over at once. */
    GRANT_GONE(EndReason.UPSTREAM_GRANT_GONE),
    /** Its end has passed: nobody refreshed it for as long as the forge keeps one. */
    TOKEN_TOO_OLD(EndReason.UPSTREAM_TOKEN_TOO_OLD),
    /** Another request spent it; what that one bought is stored, or on its way, or lost. */
    ALREADY_USED(EndReason.UPSTREAM_ANSWER_LOST),
    /** Anything else that only a new sign-in can mend. */
    OTHER(EndReason.UPSTREAM_REFUSED);

    private final EndReason reason;

    Refusal(EndReason reason) {
        this.reason = reason;
    }

    /** What the person's grants end with. */
    EndReason reason() {
        return reason;
    }
}
