package postern.forge;

import java.time.Duration;
import java.time.Instant;

/**
 * A token set that was read from the store with a live token's help.
 *
 * @param generation tells two sets apart; tokens cannot, two of one second are byte for byte the
 *     same
 */
record OpenedSet(long generation, Instant writtenAt, TokenSet tokens) {
    private static final Duration MAX_MARGIN = Duration.ofSeconds(60);
    private static final int MARGIN_SHARE = 5;
    private static final Duration YOUNG = Duration.ofSeconds(30);

    /** Whether a request may start with it: 60 s are left, or a fifth of a shorter life. */
    boolean hasTime(Instant now) {
        Duration life = Duration.between(writtenAt, tokens.accessExpiresAt());
        Duration share = life.dividedBy(MARGIN_SHARE);
        Duration margin = share.compareTo(MAX_MARGIN) < 0 ? share : MAX_MARGIN;
        return now.isBefore(tokens.accessExpiresAt().minus(margin));
    }

    boolean isExpired(Instant now) {
        return !now.isBefore(tokens.accessExpiresAt());
    }

    /** Just written: when the forge refuses it, a refresh would not help. */
    boolean isYoung(Instant now) {
        return !isExpired(now) && now.isBefore(writtenAt.plus(YOUNG));
    }
}
