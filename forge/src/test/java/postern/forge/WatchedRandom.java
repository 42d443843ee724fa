package postern.forge;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real randomness that tells how much of it was asked for within transactions: each sealing asks
 * for some. A test may stop the next asker.
 */
final class WatchedRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    /** Of the database's one writer. */
    private static final String WRITER = "postern-store-writer";

    private final transient AtomicInteger inTransactions = new AtomicInteger();
    private transient volatile Optional<Gate> gate = Optional.empty();

    @Override
    public void nextBytes(byte[] bytes) {
        if (Thread.currentThread().getName().equals(WRITER)) inTransactions.incrementAndGet();
        gate.ifPresent(Gate::pass);
        super.nextBytes(bytes);
    }

    /** How often it was asked on the writer's thread so far. */
    int inTransactions() {
        return inTransactions.get();
    }

    /** The next who asks, on whatever thread, waits there until the gate is opened. */
    Gate stopNext() {
        var next = new Gate();
        gate = Optional.of(next);
        return next;
    }
}
