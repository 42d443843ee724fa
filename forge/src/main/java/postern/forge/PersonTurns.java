package postern.forge;

import postern.core.Ticker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One at a time per person: two refreshes with one refresh token would cost the person the sign-in.
 * Holds an entry for each person with an open lease and for nobody else.
 */
final class PersonTurns {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Ticker ticker;
    private final Map<Long, Turn> byPerson = new HashMap<>();

    /** What the leases of one person share. All but the lock is touched only by its holder. */
    final class Turn implements AutoCloseable {
        final ReentrantLock lock = new ReentrantLock();
        private final long personId;
        private int users;
        private boolean pausing;
        private long pausedAtNanos;
        private Optional<TokenSet> unsaved = Optional.empty();

        private Turn(long personId) {
            this.personId = personId;
        }

        /** A refresh has just failed: the forge is left alone for some seconds. */
        void pause() {
            pausing = true;
            pausedAtNanos = ticker.nanos();
        }

        boolean isPausing() {
            return pausing && ticker.nanos() - pausedAtNanos < PAUSE.toNanos();
        }

        void resume() {
            pausing = false;
        }

        /** A set that the forge gave out and that is not on disk yet: it must not be lost. */
        Optional<TokenSet> unsaved() {
            return unsaved;
        }

        void setUnsaved(Optional<TokenSet> set) {
            unsaved = set;
        }

        /** One lease less. */
        @Override
        public void close() {
            leave(this);
        }
    }

    PersonTurns(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Close it once for each call. */
    synchronized Turn join(long personId) {
        Turn turn = byPerson.computeIfAbsent(personId, Turn::new);
        turn.users++;
        return turn;
    }

    private synchronized void leave(Turn turn) {
        turn.users--;
        if (turn.users == 0) byPerson.remove(turn.personId);
    }

    /** How many people have a lease open. */
    synchronized int size() {
        return byPerson.size();
    }
}
