package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.EndReason;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.forge.Refresher.Outcome;
import postern.store.Database;
import postern.store.StoreUnavailable;
import postern.vault.CannotOpen;

import java.time.InstantSource;
import java.util.Optional;

/**
 * Keeps each person's set usable: decides whether the stored one will do, has it refreshed, one
 * refresh at a time per person, and decides what a refusal means. Whoever asks gets what is on
 * disk, never what only memory holds.
 */
final class Freshness {
    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);

    private final Database database;
    private final TokenSets sets;
    private final RefreshesUnderWay refreshes;
    private final SignInsUnderWay signIns;
    private final Refresher refresher;
    private final SignOuts signOuts;
    private final InstantSource clock;
    private final Patience forRefresh;
    private final Patience forSignIns;

    /**
     * @param forRefresh how long somebody else's refresh is waited for
     * @param forSignIns how long a refused refresh waits for sign-ins that are under way
     */
    Freshness(
            Database database,
            TokenSets sets,
            RefreshesUnderWay refreshes,
            SignInsUnderWay signIns,
            Refresher refresher,
            SignOuts signOuts,
            InstantSource clock,
            Patience forRefresh,
            Patience forSignIns) {
        this.database = database;
        this.sets = sets;
        this.refreshes = refreshes;
        this.signIns = signIns;
        this.refresher = refresher;
        this.signOuts = signOuts;
        this.clock = clock;
        this.forRefresh = forRefresh;
        this.forSignIns = forSignIns;
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
            OpenedSet stored = newest(keys);
            return stored.hasTime(clock.instant()) ? stored : refreshed(keys, stored, false);
        } finally {
            keys.turn().lock.unlock();
        }
    }

    /**
     * A young set after the forge has just refused the access token of {@code refused}: the forge
     * may well refuse any that it gave out before, also a moment ago if its clock has jumped ahead
     * since. The same one when the forge gave it out after a refusal: another would not help.
     */
    OpenedSet renewed(LeaseKeys keys, OpenedSet refused)
            throws UpstreamRefused, UpstreamUnavailable {
        keys.turn().lock.lock();
        try {
            OpenedSet stored = newest(keys);
            boolean isRefused = stored.generation() == refused.generation();
            boolean isLastTry = !isRefused || keys.turn().isAfterRefusal(stored.generation());
            if (isLastTry && stored.isYoung(clock.instant())) return stored;
            OpenedSet renewed = refreshed(keys, stored, isRefused);
            if (renewed.generation() != stored.generation()) {
                keys.turn().cameAfterRefusal(renewed.generation());
            }
            return renewed;
        } finally {
            keys.turn().lock.unlock();
        }
    }

    /**
     * Ends all grants of the person, unless another set than {@code refused} has arrived. An old
     * one that is refused proves nothing: it was handed out because no refresh was to be had. Nor
     * does a young one, unless the forge gave it out after it had refused the one before: its clock
     * may have jumped over the end of what it gave out a moment ago.
     */
    void refused(LeaseKeys keys, OpenedSet refused) {
        if (!refused.isYoung(clock.instant())) return;
        if (!keys.turn().isAfterRefusal(refused.generation())) return;
        var cause =
                new SignOuts.Cause(
                        EndReason.UPSTREAM_REFUSED, "401 to a fresh token", Optional.empty());
        signOuts.endAllOf(keys.person().id(), refused.generation(), cause);
    }

    private OpenedSet newest(LeaseKeys keys) throws UpstreamRefused, UpstreamUnavailable {
        try {
            refresher.save(keys.turn());
        } catch (StoreUnavailable full) {
            // what is on disk may still do
        }
        return read(keys);
    }

    /**
     * @param tokenIsDead the forge refuses the access token, whatever its end says
     */
    private OpenedSet refreshed(LeaseKeys keys, OpenedSet old, boolean tokenIsDead)
            throws UpstreamRefused, UpstreamUnavailable {
        if (keys.turn().isPausing()) {
            return orUnavailable(old, tokenIsDead, "a refresh failed a moment ago", null);
        }
        OpenedSet stored = old;
        Outcome outcome = refresher.refresh(keys.turn(), stored);
        if (outcome instanceof Outcome.Busy) {
            if (isUsable(stored, tokenIsDead)) return stored;
            awaitOther(keys, stored);
            stored = read(keys);
            if (stored.generation() != old.generation()) return stored;
            outcome = refresher.refresh(keys.turn(), stored);
        } else if (outcome instanceof Outcome.CounterRace) {
            stored = read(keys);
            outcome = refresher.refresh(keys.turn(), stored);
        }
        return switch (outcome) {
            case Outcome.Replaced() -> read(keys);
            case Outcome.Refused refused -> refusal(keys, stored, refused, tokenIsDead);
            case Outcome.Busy() ->
                    orUnavailable(stored, tokenIsDead, "another process refreshes", null);
            case Outcome.CounterRace() ->
                    pause(keys, stored, tokenIsDead, "counter race, twice", null);
            case Outcome.Failed(String why, Throwable cause) ->
                    pause(keys, stored, tokenIsDead, why, cause);
        };
    }

    private void awaitOther(LeaseKeys keys, OpenedSet stored) {
        long person = keys.person().id();
        forRefresh.until(() ->
                !database.read(
                        tx -> refreshes.isBusy(tx, person, stored.generation(), clock.instant())));
    }

    /**
     * A refused refresh token does not take back the access token: that is used to its end. Whether
     * the refusal is final is known when no sign-in is left that could bring a newer set.
     */
    private OpenedSet refusal(
            LeaseKeys keys, OpenedSet stored, Outcome.Refused refused, boolean tokenIsDead)
            throws UpstreamRefused, UpstreamUnavailable {
        Refusal why = refused.no().why();
        if (why != Refusal.GRANT_GONE && isUsable(stored, tokenIsDead)) {
            LOG.atWarn()
                    .addKeyValue("person", keys.person().id())
                    .addKeyValue("answer", refused.no().detail())
                    .addKeyValue("works-until", stored.tokens().accessExpiresAt())
                    .log("forge.refresh.refused");
            keys.turn().pause();
            return stored;
        }
        boolean settled = signIns.await(forSignIns);
        OpenedSet again = read(keys);
        if (again.generation() != stored.generation()) return again;
        if (why == Refusal.ALREADY_USED && !settled) {
            return pause(keys, stored, tokenIsDead, "a sign-in under way may bring it", null);
        }
        var cause = new SignOuts.Cause(why.reason(), refused.no().detail(), refused.unanswered());
        if (!signOuts.endAllOf(keys.person().id(), stored.generation(), cause)) return read(keys);
        throw new UpstreamRefused("refresh refused: " + refused.no().detail());
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
        if (isUsable(stored, tokenIsDead)) return stored;
        throw new UpstreamUnavailable("no refresh: " + why, cause);
    }

    private boolean isUsable(OpenedSet stored, boolean tokenIsDead) {
        return !tokenIsDead && !stored.isExpired(clock.instant());
    }

    /**
     * The stored set. A grant that cannot open one is of no use: it ends, and the client signs in
     * again.
     */
    private OpenedSet read(LeaseKeys keys) throws UpstreamRefused, UpstreamUnavailable {
        Optional<OpenedSet> found =
                database.read(tx -> {
                    try {
                        return sets.open(tx, keys.person(), keys.grant(), keys.privateKey());
                    } catch (CannotOpen changed) {
                        return Optional.empty();
                    }
                });
        if (found.isPresent()) return found.get();
        if (keys.isClosed()) throw new UpstreamUnavailable("the lease is closed", null);
        signOuts.endUnreadable(keys.grant());
        throw new UpstreamRefused("no token set that this grant can open");
    }
}
