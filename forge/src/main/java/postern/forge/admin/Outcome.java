package postern.forge.admin;

import java.util.Optional;
import java.util.function.Function;

/** What came of asking the forge: what was seen, or why nothing was. */
public sealed interface Outcome<T> {
    /** A usable answer. */
    record Seen<T>(T found) implements Outcome<T> {}

    /** No usable answer. */
    record Troubled<T>(Trouble why) implements Outcome<T> {}

    static <T> Outcome<T> seen(T value) {
        return new Seen<>(value);
    }

    static <T> Outcome<T> troubled(Trouble trouble) {
        return new Troubled<>(trouble);
    }

    default Optional<T> value() {
        return this instanceof Seen<T>(T found) ? Optional.of(found) : Optional.empty();
    }

    default Optional<Trouble> trouble() {
        return this instanceof Troubled<T>(Trouble trouble)
                ? Optional.of(trouble)
                : Optional.empty();
    }

    default <R> Outcome<R> then(Function<T, Outcome<R>> next) {
        return switch (this) {
            case Seen<T>(T value) -> next.apply(value);
            case Troubled<T>(Trouble trouble) -> troubled(trouble);
        };
    }
}
