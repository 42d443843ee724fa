package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.EndReason;
import postern.access.GrantId;
import postern.access.Grants;
import postern.store.Database;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Ends grants that the forge no longer bears out, and says why. */
final class SignOuts {
    private static final Logger LOG = LoggerFactory.getLogger(SignOuts.class);

    private final Database database;
    private final Grants grants;
    private final TokenSets sets;
    private final RecentSets recent;
    private final InstantSource clock;

    SignOuts(
            Database database,
            Grants grants,
            TokenSets sets,
            RecentSets recent,
            InstantSource clock) {
        this.database = database;
        this.grants = grants;
        this.sets = sets;
        this.recent = recent;
        this.clock = clock;
    }

    /**
     * Why a person has to sign in again.
     *
     * @param answer of the forge, for the log
     * @param unanswered when the request was made whose answer was lost, where that is known
     */
    record Cause(EndReason reason, String answer, Optional<Instant> unanswered) {}

    /**
     * Ends all grants of the person; false, and nothing is changed, when another set than that of
     * {@code generation} is stored.
     */
    boolean endAllOf(long personId, long generation, Cause cause) {
        Instant now = clock.instant();
        Optional<Integer> ended =
                database.write(tx -> {
                    Optional<TokenSets.Head> head = sets.head(tx, personId);
                    if (head.isPresent() && head.get().generation() != generation) {
                        return Optional.empty();
                    }
                    int count = grants.endAllOf(tx, personId, cause.reason, now);
                    sets.delete(tx, personId);
                    return Optional.of(count);
                });
        if (ended.isEmpty()) return false;
        recent.forget(personId);
        if (ended.get() == 0) return true; // another call of the person was faster
        LOG.atWarn()
                .addKeyValue("person", personId)
                .addKeyValue("grants", ended.get())
                .addKeyValue("reason", cause.reason)
                .addKeyValue("meaning", meaning(cause.reason))
                .addKeyValue("answer", cause.answer)
                .addKeyValue(
                        "unanswered-since", cause.unanswered.map(Instant::toString).orElse("-"))
                .log("forge.person.signed-out");
        return true;
    }

    private static String meaning(EndReason reason) {
        return switch (reason) {
            case UPSTREAM_GRANT_GONE -> "the person revoked the application, or has no account";
            case UPSTREAM_TOKEN_TOO_OLD -> "the refresh token was not used before its end";
            case UPSTREAM_ANSWER_LOST ->
                    "the forge gave out newer tokens in an answer that never arrived here";
            default -> "the forge accepts neither the access token nor the refresh token";
        };
    }

    /** A grant that cannot open its person's set is of no use. */
    void endUnreadable(GrantId grant) {
        Instant now = clock.instant();
        boolean ended =
                database.write(tx -> grants.end(tx, grant, EndReason.UPSTREAM_SET_UNREADABLE, now));
        if (ended) LOG.atWarn().addKeyValue("grant", grant).log("forge.set.not-readable");
    }
}
