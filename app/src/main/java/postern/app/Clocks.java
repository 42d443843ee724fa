package postern.app;

import java.security.SecureRandom;
import java.time.InstantSource;
import postern.core.Ticker;

/** Time and randomness: made here once and handed to every room. */
public record Clocks(InstantSource instants, Ticker ticker, SecureRandom random) {
    public static Clocks system() {
        return new Clocks(InstantSource.system(), Ticker.system(), new SecureRandom());
    }
}
