package postern.core;

/**
 * A clock for waiting: it never jumps and has no date. Moments that are stored or shown come from
 * {@code InstantSource}.
 */
@FunctionalInterface
public interface Ticker {
    /** Nanoseconds since an arbitrary start; compare by difference only. */
    long nanos();

    static Ticker system() {
        return System::nanoTime;
    }
}
