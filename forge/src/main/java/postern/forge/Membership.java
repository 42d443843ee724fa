package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Admissions;
import postern.access.EndReason;
import postern.access.Grants;
import postern.access.Person;
import postern.access.Role;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Ticker;
import postern.store.Database;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Asks the forge whether somebody who has come in still belongs to those who may: after each
 * refresh of the person's set, and when the last check is too old. While the forge cannot be asked
 * the last check counts, for {@link Admissions#OUTAGE} at most; nothing ends because of an outage.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final int LOCKS = 64;

    /** The next try for somebody who goes on meanwhile, and for somebody who waits for it. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private static final Duration SHORT_PAUSE = Duration.ofSeconds(5);

    private final Admissions admissions;
    private final Identity identity;
    private final Freshness freshness;
    private final TokenSets sets;
    private final RecentSets recent;
    private final Database database;
    private final Grants grants;
    private final InstantSource clock;
    private final Ticker ticker;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    /** When the forge could last not be asked about a person; only of people with a lease. */
    private final ConcurrentMap<Long, Long> failedAtNanos = new ConcurrentHashMap<>();

    Membership(
            Admissions admissions,
            Identity identity,
            Freshness freshness,
            TokenSets sets,
            RecentSets recent,
            Database database,
            Grants grants,
            InstantSource clock,
            Ticker ticker) {
        this.admissions = admissions;
        this.identity = identity;
        this.freshness = freshness;
        this.sets = sets;
        this.recent = recent;
        this.database = database;
        this.grants = grants;
        this.clock = clock;
        this.ticker = ticker;
        for (int i = 0; i < LOCKS; i++) locks[i] = new ReentrantLock();
    }

    boolean isDue(Person person, OpenedSet set) {
        return admissions.isDue(person, set.writtenAt());
    }

    /**
     * The set to go on with, {@code set} or a newer one, when the person may be here.
     *
     * @throws UpstreamRefused the person may not; all their grants have ended
     * @throws UpstreamUnavailable it could not be found out, and the last check is too old to count
     */
    OpenedSet checked(LeaseKeys keys, OpenedSet set) throws UpstreamRefused, UpstreamUnavailable {
        Person person = keys.person();
        if (!isDue(person, set)) return set;
        ReentrantLock lock = locks[Math.floorMod(Long.hashCode(person.id()), LOCKS)];
        if (!lock.tryLock()) {
            // somebody asks already; who goes on anyway need not wait for that
            if (admissions.isAdmitted(person)) return set;
            lock.lock();
        }
        try {
            return isDue(person, set) ? ask(keys, set) : set;
        } finally {
            lock.unlock();
        }
    }

    private OpenedSet ask(LeaseKeys keys, OpenedSet set)
            throws UpstreamRefused, UpstreamUnavailable {
        if (isPausing(keys.person())) return orUnavailable(keys, set, "asked a moment ago", null);
        Identity.Seen seen = identity.look(set.tokens().accessToken());
        OpenedSet used = set;
        if (seen instanceof Identity.Seen.TokenRefused) {
            try {
                used = freshness.renewed(keys, set);
            } catch (UpstreamUnavailable outage) {
                return unsure(keys, set, outage.getMessage(), outage);
            }
            seen = identity.look(used.tokens().accessToken());
        }
        return switch (seen) {
            case Identity.Seen.Known(Identity.Who who) -> judge(keys, used, who);
            case Identity.Seen.TokenRefused() ->
                    unsure(keys, used, "a fresh access token is refused", null);
            case Identity.Seen.Unsure(String why, Throwable cause) ->
                    unsure(keys, used, why, cause);
        };
    }

    private OpenedSet judge(LeaseKeys keys, OpenedSet set, Identity.Who who)
            throws UpstreamRefused, UpstreamUnavailable {
        Person person = keys.person();
        if (!who.upstreamId().equals(person.upstreamId())) {
            return unsure(keys, set, "userinfo names somebody else", null);
        }
        Instant now = clock.instant();
        failedAtNanos.remove(person.id());
        Optional<Role> role = admissions.rule().roleOf(who.login(), who.groups());
        if (role.isEmpty()) {
            end(keys, set, now);
            throw new UpstreamRefused("not among those who may come in any more");
        }
        if (!who.login().equals(person.login())) {
            database.write(tx ->
                    grants.person(tx, person.issuer(), person.upstreamId(), who.login(), now));
        }
        // a clock that was set back must not have each call checked
        Instant at = set.writtenAt().isAfter(now) ? set.writtenAt() : now;
        admissions.note(person.issuer(), person.upstreamId(), role.get(), at);
        return set;
    }

    /** Unless the person has signed in anew meanwhile, which was a check of its own. */
    private void end(LeaseKeys keys, OpenedSet set, Instant now) throws UpstreamUnavailable {
        Person person = keys.person();
        boolean ended =
                database.write(tx -> {
                    Optional<TokenSets.Head> head = sets.head(tx, person.id());
                    if (head.isPresent() && head.get().generation() != set.generation()) {
                        return false;
                    }
                    grants.endAllOf(tx, person.id(), EndReason.NOT_ALLOWED, now);
                    sets.delete(tx, person.id());
                    return true;
                });
        if (!ended) throw new UpstreamUnavailable("another set has arrived during a check", null);
        admissions.forget(person.issuer(), person.upstreamId());
        recent.forget(person.id());
        LOG.atInfo().addKeyValue("person", person.id()).log("forge.person.not-allowed");
    }

    private OpenedSet unsure(LeaseKeys keys, OpenedSet set, String why, Throwable cause)
            throws UpstreamUnavailable {
        failedAtNanos.put(keys.person().id(), ticker.nanos());
        LOG.atWarn()
                .addKeyValue("person", keys.person().id())
                .addKeyValue("reason", why)
                .log("forge.person.not-checked");
        return orUnavailable(keys, set, why, cause);
    }

    private OpenedSet orUnavailable(LeaseKeys keys, OpenedSet set, String why, Throwable cause)
            throws UpstreamUnavailable {
        if (admissions.isAdmitted(keys.person())) return set;
        throw new UpstreamUnavailable("who may come in is not known: " + why, cause);
    }

    private boolean isPausing(Person person) {
        Long failed = failedAtNanos.get(person.id());
        if (failed == null) return false;
        Duration pause = admissions.isAdmitted(person) ? PAUSE : SHORT_PAUSE;
        return ticker.nanos() - failed < pause.toNanos();
    }

    /** Failures of long ago say nothing, and must not lie in memory. */
    void forgetOld() {
        long now = ticker.nanos();
        failedAtNanos.values().removeIf(failed -> now - failed >= PAUSE.toNanos());
    }
}
