package postern.forge;

import postern.core.Ticker;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sets that were stored in the last minutes, kept open in memory. A sign-in that was overtaken by a
 * newer one of the same person gets that one's set sealed to its grant, too; the store alone could
 * not do it, because writing opens nothing. At most 256, the oldest go first.
 */
final class RecentSets {
    private static final int MAX_SETS = 256;
    private static final Duration LIFE = Duration.ofMinutes(10);

    private record Kept(TokenSet tokens, long atNanos) {}

    private final Ticker ticker;
    private final Map<Long, Kept> byPerson = new LinkedHashMap<>();

    RecentSets(Ticker ticker) {
        this.ticker = ticker;
    }

    synchronized void put(long personId, TokenSet tokens) {
        byPerson.values().removeIf(this::isOld);
        byPerson.remove(personId);
        if (byPerson.size() >= MAX_SETS) byPerson.remove(byPerson.keySet().iterator().next());
        byPerson.put(personId, new Kept(tokens, ticker.nanos()));
    }

    synchronized Optional<TokenSet> get(long personId) {
        return Optional.ofNullable(byPerson.get(personId))
                .filter(kept -> !isOld(kept))
                .map(Kept::tokens);
    }

    synchronized void forget(long personId) {
        byPerson.remove(personId);
    }

    /** An old one must not lie in memory until somebody else signs in. */
    synchronized void forgetOld() {
        byPerson.values().removeIf(this::isOld);
    }

    private boolean isOld(Kept kept) {
        return ticker.nanos() - kept.atNanos > LIFE.toNanos();
    }
}
