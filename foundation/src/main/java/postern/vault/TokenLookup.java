package postern.vault;

import postern.core.Check;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the database knows of a token: HMAC-SHA-256 of it under the pepper. A thief of the database
 * can neither use it nor make one for a token of his own.
 */
public final class TokenLookup {
    private static final int BYTES = 32;
    private final byte[] bytes;

    public TokenLookup(byte[] bytes) {
        Check.that(bytes.length == BYTES, "token lookup", "must be 32 bytes");
        this.bytes = bytes.clone();
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenLookup lookup && Arrays.equals(bytes, lookup.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** A short mark that is enough to tell two tokens apart in a debugger; never logged. */
    @Override
    public String toString() {
        return "TokenLookup(" + HexFormat.of().formatHex(bytes, 0, 2) + "…)";
    }
}
