package postern.forge.relay;

import postern.core.Ticker;

import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What the relay is given from outside.
 *
 * @param listener told of every call of every session
 */
public record RelayMeans(
        SecureRandom random, InstantSource clock, Ticker ticker, RelayListener listener) {}
