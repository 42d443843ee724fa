package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.EndReason;
import postern.access.Grants;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.store.Database;
import postern.vault.CannotOpen;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Keeps each person's set usable: refreshes it, one refresh at a time per person, has the new set
 * on disk before anybody gets it, and ends the person's grants when the forge says that it is over.
 */
final class Freshness {
    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);

    private final Database database;
    private final Grants grants;
    private final TokenSets sets;
    private final RecentSets recent;
    private final SignInsUnderWay signIns;
    private final TokenEndpoint endpoint;
    private final InstantSource clock;
    private final Duration patience;

    /**
     * @param patience how long a refused refresh waits for sign-ins that are under way
     */
    Freshness(
            Database database,
            Grants grants,
            TokenSets sets,
            RecentSets recent,
            SignInsUnderWay signIns,
            TokenEndpoint endpoint,
            InstantSource clock,
            Duration patience) {
        this.database = database;
        this.grants = grants;
        this.sets = sets;
        this.recent = recent;
        this.signIns = signIns;
        this.endpoint = endpoint;
        this.clock = clock;
        this.patience = patience;
    }

    /** A set that a request may start with. */
    OpenedSet first(LeaseKeys keys) throws UpstreamRefused, UpstreamUnavailable {
        OpenedSet stored = read(keys);
        return stored.hasTime(clock.instant()) ? stored : fresh(keys, stored);
    }

    /** {@code known}, or a newer one when it is about to end. */
    OpenedSet fresh(LeaseKeys keys, OpenedSet known) throws UpstreamRefused, UpstreamUnavailable {
        if (known.hasTime(clock.instant())) return known;
        keys.turn().lock.lock();
        try {
            saveUnsaved(keys);
            OpenedSet stored = read(keys);
            return stored.hasTime(clock.instant()) ? stored : refresh(keys, stored, false);
        } finally {
            keys.turn().lock.unlock();
        }
    }

    /**
     * Another set than {@code refused}, whose access token the forge has just refused; the same one
     * when it is so young that a refresh would not help.
     */
    OpenedSet renewed(LeaseKeys keys, OpenedSet refused)
            throws UpstreamRefused, UpstreamUnavailable {
        keys.turn().lock.lock();
        try {
            saveUnsaved(keys);
            OpenedSet stored = read(keys);
            Instant now = clock.instant();
            boolean another = stored.generation() != refused.generation();
            if (another && stored.hasTime(now) || stored.isYoung(now)) return stored;
            return refresh(keys, stored, true);
        } finally {
            keys.turn().lock.unlock();
        }
    }

    /** Ends all grants of the person, unless another set than {@code refused} has arrived. */
    void refused(LeaseKeys keys, OpenedSet refused) {
        end(keys, refused.generation(), "the forge refuses a fresh access token");
    }

    private OpenedSet refresh(LeaseKeys keys, OpenedSet stored, boolean tokenIsDead)
            throws UpstreamRefused, UpstreamUnavailable {
        if (keys.turn().isPausing()) {
            return orUnavailable(stored, tokenIsDead, "a refresh failed a moment ago", null);
        }
        TokenAnswer answer = endpoint.refresh(stored.tokens().refreshToken());
        if (answer instanceof TokenAnswer.CounterRace) {
            stored = read(keys);
            answer = endpoint.refresh(stored.tokens().refreshToken());
        }
        return switch (answer) {
            case TokenAnswer.Fresh(TokenSet tokens) -> accept(keys, stored, tokens);
            case TokenAnswer.Refused no -> refusal(keys, stored, no, tokenIsDead);
            case TokenAnswer.CounterRace() ->
                    pause(keys, stored, tokenIsDead, "counter race, twice", null);
            case TokenAnswer.Misconfigured(String detail) -> {
                LOG.atError().addKeyValue("answer", detail).log("forge.client.refused");
                yield pause(keys, stored, tokenIsDead, "our client is refused: " + detail, null);
            }
            case TokenAnswer.NoAnswer(String detail, Throwable cause) ->
                    pause(keys, stored, tokenIsDead, detail, cause);
        };
    }

    private OpenedSet accept(LeaseKeys keys, OpenedSet old, TokenSet tokens)
            throws UpstreamRefused, UpstreamUnavailable {
        keys.turn().resume();
        keys.turn().setUnsaved(Optional.of(tokens.withScope(old.tokens().grantedScope())));
        saveUnsaved(keys);
        return read(keys);
    }

    /** Durable before it is used. When the store fails, the next turn tries again first. */
    private void saveUnsaved(LeaseKeys keys) {
        Optional<TokenSet> unsaved = keys.turn().unsaved();
        if (unsaved.isEmpty()) return;
        Instant now = clock.instant();
        boolean written = database.write(tx -> sets.write(tx, keys.person(), unsaved.get(), now));
        if (written) recent.put(keys.person().id(), unsaved.get());
        keys.turn().setUnsaved(Optional.empty());
    }

    private OpenedSet refusal(
            LeaseKeys keys, OpenedSet stored, TokenAnswer.Refused no, boolean tokenIsDead)
            throws UpstreamRefused {
        signIns.await(patience);
        OpenedSet again = read(keys);
        if (again.generation() != stored.generation()) return again;
        if (no.alreadyUsed() && !tokenIsDead && !stored.isExpired(clock.instant())) {
            // the answer to an earlier refresh was lost; what that one bought cannot be had again
            keys.turn().pause();
            return stored;
        }
        if (!end(keys, stored.generation(), no.detail())) return read(keys);
        throw new UpstreamRefused("refresh refused: " + no.detail());
    }

    private OpenedSet pause(
            LeaseKeys keys, OpenedSet stored, boolean tokenIsDead, String why, Throwable cause)
            throws UpstreamUnavailable {
        keys.turn().pause();
        return orUnavailable(stored, tokenIsDead, why, cause);
    }

    private OpenedSet orUnavailable(
            OpenedSet stored, boolean tokenIsDead, String why, Throwable cause)
            throws UpstreamUnavailable {
        if (!tokenIsDead && !stored.isExpired(clock.instant())) return stored;
        throw new UpstreamUnavailable("no refresh: " + why, cause);
    }

    /**
     * The stored set. A grant that cannot open one is of no use: it ends, and the client signs in
     * again.
     */
    private OpenedSet read(LeaseKeys keys) throws UpstreamRefused {
        Optional<OpenedSet> found =
                database.read(tx -> {
                    try {
                        return sets.open(tx, keys.person(), keys.grant(), keys.privateKey());
                    } catch (CannotOpen changed) {
                        return Optional.empty();
                    }
                });
        if (found.isPresent()) return found.get();
        Instant now = clock.instant();
        database.write(tx -> grants.end(tx, keys.grant(), EndReason.UPSTREAM_REFUSED, now));
        LOG.atWarn().addKeyValue("grant", keys.grant()).log("forge.set.not-readable");
        throw new UpstreamRefused("no token set that this grant can open");
    }

    private boolean end(LeaseKeys keys, long generation, String why) {
        long personId = keys.person().id();
        Instant now = clock.instant();
        boolean ended =
                database.write(tx -> {
                    Optional<TokenSets.Head> head = sets.head(tx, personId);
                    if (head.isPresent() && head.get().generation() != generation) return false;
                    grants.endAllOf(tx, personId, EndReason.UPSTREAM_REFUSED, now);
                    sets.delete(tx, personId);
                    return true;
                });
        if (ended) {
            recent.forget(personId);
            LOG.atInfo()
                    .addKeyValue("person", personId)
                    .addKeyValue("reason", why)
                    .log("forge.person.refused");
        }
        return ended;
    }
}
