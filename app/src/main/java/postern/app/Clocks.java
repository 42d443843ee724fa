package postern.app;

import postern.core.Ticker;

import java.security.SecureRandom;
import java.time.InstantSource;

/** Time and randomness: made here once and handed to every room. */
public record Clocks(InstantSource instants, Ticker ticker, SecureRandom random) {
    public static Clocks system() {
        return new Clocks(InstantSource.system(), Ticker.system(), new SecureRandom());
    }
}
