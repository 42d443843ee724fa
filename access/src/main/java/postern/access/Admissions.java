package postern.access;

import postern.core.Ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the last check of each person said. Held in memory only: a restart checks everybody anew, so
 * that a changed rule counts at once, and nobody who can write to the database makes himself a
 * member or an administrator. What is forgotten is checked again.
 */
public final class Admissions {
    /** A person whose last check is older is checked again. */
    public static final Duration INTERVAL = Duration.ofHours(1);

    /** How much longer somebody goes on who cannot be checked, because the upstream is out. */
    public static final Duration OUTAGE = Duration.ofHours(1);

    private static final int MAX_KNOWN = 10_000;

    private final AdmissionRule rule;
    private final Ticker ticker;
    private final Map<Identity, Checked> known = new LinkedHashMap<>();

    /** Outlives renames; an account that was made anew has another one. */
    private record Identity(String issuer, String upstreamId) {}

    private record Checked(Role role, Instant at, long atNanos) {}

    public Admissions(AdmissionRule rule, Ticker ticker) {
        this.rule = rule;
        this.ticker = ticker;
    }

    public AdmissionRule rule() {
        return rule;
    }

    /**
     * A check has said that somebody may come in.
     *
     * @param at when, by the clock that dates what was stored of the person
     */
    public synchronized void note(String issuer, String upstreamId, Role role, Instant at) {
        if (!rule.tellsApart()) return;
        var identity = new Identity(issuer, upstreamId);
        known.remove(identity);
        if (known.size() >= MAX_KNOWN) known.remove(known.keySet().iterator().next());
        known.put(identity, new Checked(role, at, ticker.nanos()));
    }

    /** A check has said that somebody may not come in. */
    public synchronized void forget(String issuer, String upstreamId) {
        known.remove(new Identity(issuer, upstreamId));
    }

    /**
     * Whether the person has to be checked again.
     *
     * @param renewedAt when what acts for the person at the upstream was last renewed
     */
    public synchronized boolean isDue(Person person, Instant renewedAt) {
        if (!rule.tellsApart()) return false;
        Optional<Checked> last = last(person);
        return last.isEmpty() || isOlder(last.get(), INTERVAL) || renewedAt.isAfter(last.get().at);
    }

    /** Whether the person may go on for now, be a new check due or not. */
    public synchronized boolean isAdmitted(Person person) {
        return !rule.isLimited() || last(person).isPresent();
    }

    /**
     * The person's role, as far as it is known now. Rights beyond one's own end when a new check is
     * due, whether it can be made or not.
     */
    public synchronized Optional<Role> roleOf(Person person) {
        if (!rule.tellsApart()) return Optional.of(Role.MEMBER);
        Optional<Checked> last = last(person);
        if (last.isEmpty()) {
            return rule.isLimited() ? Optional.empty() : Optional.of(Role.MEMBER);
        }
        return Optional.of(isOlder(last.get(), INTERVAL) ? Role.MEMBER : last.get().role);
    }

    /** Those whose check is too old to count, so that they do not lie in memory. */
    public synchronized void forgetOld() {
        Iterator<Checked> all = known.values().iterator();
        while (all.hasNext()) {
            if (isOver(all.next())) all.remove();
        }
    }

    private Optional<Checked> last(Person person) {
        return Optional.ofNullable(known.get(new Identity(person.issuer(), person.upstreamId())))
                .filter(checked -> !isOver(checked));
    }

    private boolean isOver(Checked checked) {
        return isOlder(checked, INTERVAL.plus(OUTAGE));
    }

    private boolean isOlder(Checked checked, Duration age) {
        return ticker.nanos() - checked.atNanos >= age.toNanos();
    }
}
