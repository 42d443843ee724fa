package postern.supervisor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Owns a child's state. The lock is held for a few assignments only, and nothing is called under it
 * that could wait or come back; so changes are noticed in the order in which they happened.
 */
final class Lifecycle {
    private final ChildId id;
    private final String server;
    private final Notices notices;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch hurry = new CountDownLatch(1);
    private ChildState state = ChildState.PENDING;
    private String endReason = "";
    private boolean requested;
    private boolean ending;

    Lifecycle(ChildId id, String server, Notices notices, InstantSource clock) {
        this.id = id;
        this.server = server;
        this.notices = notices;
        this.clock = clock;
    }

    ChildState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    String endReason() {
        lock.lock();
        try {
            return endReason;
        } finally {
            lock.unlock();
        }
    }

    boolean wasRequested() {
        lock.lock();
        try {
            return requested;
        } finally {
            lock.unlock();
        }
    }

    /**
     * One step of the life before the end.
     *
     * @return false when the child is already ending, or the step does not fit
     */
    boolean advance(ChildState next) {
        lock.lock();
        try {
            if (ending || !state.mayBecome(next)) return false;
            change(next, "");
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Who has to carry the end out. */
    enum Begun {
        /** The caller, now. */
        BY_CALLER,
        /** The thread that is just starting the child, as soon as it notices. */
        BY_STARTER,
        /** Somebody else already does. */
        BY_OTHERS
    }

    /** The first to ask decides why the child ends. */
    Begun beginEnd(boolean asked, String reason) {
        lock.lock();
        try {
            if (ending) return Begun.BY_OTHERS;
            ending = true;
            requested = asked;
            endReason = reason;
            boolean starting = state == ChildState.PENDING || state == ChildState.CREATING;
            if (state == ChildState.PENDING) change(ChildState.STOPPED, reason);
            else change(asked ? ChildState.STOPPING : ChildState.FAILED, reason);
            return starting ? Begun.BY_STARTER : Begun.BY_CALLER;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is left, or {@code failure} says what is. */
    void finish(boolean clean, String failure) {
        lock.lock();
        try {
            if (!clean) endReason = failure;
            if (state == ChildState.STOPPING) {
                change(clean ? ChildState.STOPPED : ChildState.FAILED, endReason);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Cuts every grace short: the program is dead, or must be. */
    void hurry() {
        hurry.countDown();
    }

    /**
     * @return false when {@code grace} has passed and nobody is in a hurry
     */
    boolean awaitHurry(Duration grace) {
        try {
            return hurry.await(grace.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void change(ChildState next, String reason) {
        ChildState from = state;
        state = from.to(next);
        notices.send(new ChildStateChange(id, server, from, next, reason, clock.instant()));
    }
}
