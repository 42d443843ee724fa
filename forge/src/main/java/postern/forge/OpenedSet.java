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

    /** The forge cuts a token's end to whole seconds, and a request takes its time. */
    private static final Duration MIN_MARGIN = Duration.ofMillis(1_500);

    private static final int MARGIN_SHARE = 5;
    private static final Duration YOUNG = Duration.ofSeconds(30);

    /**
     * Whether a request may start with it: 60 s are left, or a fifth of a shorter life, or half of
     * a very short one.
     */
    boolean hasTime(Instant now) {
        Duration life = Duration.between(writtenAt, tokens.accessExpiresAt());
        Duration margin = larger(MIN_MARGIN, smaller(MAX_MARGIN, life.dividedBy(MARGIN_SHARE)));
        return now.isBefore(tokens.accessExpiresAt().minus(smaller(margin, life.dividedBy(2))));
    }

    private static Duration smaller(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration larger(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    boolean isExpired(Instant now) {
        return !now.isBefore(tokens.accessExpiresAt());
    }

    /** Just written and far from its end: when the forge refuses it, a refresh would not help. */
    boolean isYoung(Instant now) {
        return hasTime(now) && now.isBefore(writtenAt.plus(YOUNG));
    }
}
