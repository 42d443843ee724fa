package postern.oauth.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must be true of codes, tokens and grants, in as few words as it takes: docs say the same.
 * Knows nothing of rows, wraps and seals.
 */
final class GrantModel {
    static final Duration CODE = Duration.ofSeconds(60);
    static final Duration ACCESS = Duration.ofMinutes(60);
    static final Duration IDLE = Duration.ofDays(30);
    static final Duration GRANT = Duration.ofDays(90);
    static final Duration GRACE = Duration.ofSeconds(120);
    static final int FAILURES_THAT_BURN_A_CODE = 5;

    static final class Grant {
        final int client;
        final String person;
        final Instant expiresAt;
        boolean ended;

        Grant(int client, String person, Instant now) {
            this.client = client;
            this.person = person;
            this.expiresAt = now.plus(GRANT);
        }

        boolean isLive(Instant now) {
            return !ended && now.isBefore(expiresAt);
        }

        Instant notAfterEnd(Instant moment) {
            return moment.isBefore(expiresAt) ? moment : expiresAt;
        }
    }

    static final class Code {
        final Grant grant;
        final String text;
        final postern.oauth.Walk walk;
        final Instant expiresAt;
        boolean used;
        int failures;

        Code(Grant grant, String text, postern.oauth.Walk walk, Instant now) {
            this.grant = grant;
            this.text = text;
            this.walk = walk;
            this.expiresAt = now.plus(CODE);
        }

        boolean isGood(Instant now) {
            return grant.isLive(now)
                    && now.isBefore(expiresAt)
                    && failures < FAILURES_THAT_BURN_A_CODE;
        }

        void fail(Instant now) {
            failures += now.isBefore(expiresAt) ? 1 : FAILURES_THAT_BURN_A_CODE;
        }
    }

    static final class Access {
        final Grant grant;
        final String text;
        final Instant expiresAt;
        boolean purged;

        Access(Grant grant, String text, Instant now) {
            this.grant = grant;
            this.text = text;
            this.expiresAt = grant.notAfterEnd(now.plus(ACCESS));
        }

        boolean isGood(Instant now) {
            return grant.isLive(now) && now.isBefore(expiresAt);
        }
    }

    static final class Refresh {
        final Grant grant;
        final String text;
        final Instant expiresAt;
        Optional<Instant> retiredAt = Optional.empty();
        Refresh successor;
        boolean purged;

        Refresh(Grant grant, String text, Instant now) {
            this.grant = grant;
            this.text = text;
            this.expiresAt = grant.notAfterEnd(now.plus(IDLE));
        }

        Refresh newest() {
            return successor == null ? this : successor.newest();
        }
    }

    final List<Code> codes = new ArrayList<>();
    final List<Access> accesses = new ArrayList<>();
    final List<Refresh> refreshes = new ArrayList<>();
    final List<Grant> grants = new ArrayList<>();

    /** What using a refresh token comes to. */
    enum Use {
        ROTATED,
        /** The newest of the chain comes back. */
        REPEATED,
        REFUSED,
        /** Refused, and the grant has ended. */
        REUSED
    }

    static Use use(Refresh token, Instant now) {
        if (!token.grant.isLive(now)) return Use.REFUSED;
        if (token.retiredAt.isEmpty()) {
            return now.isBefore(token.expiresAt) ? Use.ROTATED : Use.REFUSED;
        }
        return now.isBefore(token.retiredAt.get().plus(GRACE)) ? Use.REPEATED : Use.REUSED;
    }

    /** What was over is forgotten; nobody may notice but by signing out with it. */
    void purge(Instant now) {
        for (Access access : accesses) access.purged |= access.expiresAt.isBefore(now);
        for (Refresh refresh : refreshes) refresh.purged |= refresh.expiresAt.isBefore(now);
        for (Grant grant : grants) grant.ended |= !now.isBefore(grant.expiresAt);
    }
}
