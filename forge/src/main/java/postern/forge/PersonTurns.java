package postern.forge;

import postern.access.Person;
import postern.core.Ticker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One at a time per person: two refreshes with one refresh token would cost the person the sign-in.
 * Holds an entry for each person with an open lease, a refresh or a write under way or a set that
 * is not on disk yet, and for nobody else.
 */
final class PersonTurns {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Ticker ticker;
    private final Map<Long, Turn> byPerson = new HashMap<>();

    /** What the leases of one person share. */
    final class Turn implements AutoCloseable {
        final ReentrantLock lock = new ReentrantLock();

        /**
         * Held from the preparation of keys until they are stored, see {@link PreparedKeys}. May be
         * waited for with {@link #lock} held, not the other way round. In order of arrival, since
         * many sign-ins of the person must not keep a refresh from its turn.
         */
        final ReentrantLock preparing = new ReentrantLock(true);

        private final Person person;
        private int users;
        private boolean pausing;
        private long pausedAtNanos;
        private OptionalLong afterRefusal = OptionalLong.empty();
        private Optional<TokenSet> unsaved = Optional.empty();

        private Turn(Person person) {
            this.person = person;
        }

        Person person() {
            return person;
        }

        /** A refresh has just failed: the forge is left alone for some seconds. */
        void pause() {
            synchronized (PersonTurns.this) {
                pausing = true;
                pausedAtNanos = ticker.nanos();
            }
        }

        boolean isPausing() {
            synchronized (PersonTurns.this) {
                return pausing && ticker.nanos() - pausedAtNanos < PAUSE.toNanos();
            }
        }

        /** The forge gave out set {@code generation} after it had refused the one before. */
        void cameAfterRefusal(long generation) {
            synchronized (PersonTurns.this) {
                afterRefusal = OptionalLong.of(generation);
            }
        }

        /** Whether {@link #cameAfterRefusal} was last said of it; not known beyond this process. */
        boolean isAfterRefusal(long generation) {
            synchronized (PersonTurns.this) {
                return afterRefusal.equals(OptionalLong.of(generation));
            }
        }

        /** A set that the forge gave out and that is not on disk yet: it must not be lost. */
        Optional<TokenSet> unsaved() {
            synchronized (PersonTurns.this) {
                return unsaved;
            }
        }

        /** The forge has just given it out, so there is nothing to pause for. */
        void keep(TokenSet set) {
            synchronized (PersonTurns.this) {
                pausing = false;
                if (unsaved.filter(kept -> kept.isNewerThan(set)).isEmpty()) {
                    unsaved = Optional.of(set);
                }
            }
        }

        /** {@code set} is on disk; a later one is kept. */
        void saved(TokenSet set) {
            synchronized (PersonTurns.this) {
                if (unsaved.filter(kept -> kept == set).isPresent()) unsaved = Optional.empty();
                forgetUnused(this);
            }
        }

        /** One lease, refresh or preparation less. */
        @Override
        public void close() {
            synchronized (PersonTurns.this) {
                users--;
                forgetUnused(this);
            }
        }
    }

    PersonTurns(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Close it once for each call. */
    synchronized Turn join(Person person) {
        Turn turn = byPerson.computeIfAbsent(person.id(), id -> new Turn(person));
        turn.users++;
        return turn;
    }

    private synchronized void forgetUnused(Turn turn) {
        if (turn.users == 0 && turn.unsaved.isEmpty()) byPerson.remove(turn.person.id(), turn);
    }

    /** Those whose newest set is not on disk yet. */
    synchronized List<Turn> unsaved() {
        return byPerson.values().stream().filter(turn -> turn.unsaved.isPresent()).toList();
    }

    /** How many people have an entry. */
    synchronized int size() {
        return byPerson.size();
    }
}
