package postern.forge;

import postern.access.Person;
import postern.core.Undo;
import postern.vault.GrantSeal;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keys for a person's next token set that were sealed before the transaction which stores it. While
 * this is open nobody else in this process prepares keys of the same person, so that they are still
 * the next ones then. To be closed by the thread that prepared them.
 */
final class PreparedKeys implements AutoCloseable {
    private final GrantSeal seal;

    /**
     * Whoever takes them out closes them. A write whose caller was interrupted still runs after
     * {@link #close}: a key that is overwritten by then must not be what it seals under.
     */
    private final AtomicReference<SetKeys> ready;

    private final Undo held;

    /**
     * @param held closed with this
     */
    PreparedKeys(GrantSeal seal, Optional<SetKeys> ready, Undo held) {
        this.seal = seal;
        this.ready = new AtomicReference<>(ready.orElse(null));
        this.held = held;
    }

    /**
     * Keys for {@code generation}, for the caller to close: the prepared ones, or, where they are
     * for another generation or were taken before, fresh ones that are sealed to nobody yet.
     */
    SetKeys take(Person person, long generation) {
        SetKeys prepared = ready.getAndSet(null);
        if (prepared != null) {
            if (prepared.isFor(person, generation)) return prepared;
            prepared.close();
        }
        return new SetKeys(seal, person, generation);
    }

    @Override
    public void close() {
        try (held;
                SetKeys left = ready.getAndSet(null)) {
            // closed by the resource list, the keys first
        }
    }
}
