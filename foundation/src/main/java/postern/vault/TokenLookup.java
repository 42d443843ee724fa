package postern.vault;

import postern.core.Check;
import postern.core.Secret;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the database knows of a token: HMAC-SHA-256 of it under the pepper. A thief of the database
 * can neither use it nor make one for a token of his own. Authenticates the token's row, too, with
 * a key that only the pepper and the token together give: a writer to the database can neither
 * change such a row nor move it to another grant.
 */
public final class TokenLookup {
    private static final int BYTES = 32;

    /** The last bytes of a row's MAC, 128 bits, which it keeps for good. */
    public static final int HALF_MAC_BYTES = 16;

    private final byte[] bytes;
    private final Secret rowKey;

    TokenLookup(byte[] bytes, Secret rowKey) {
        Check.that(bytes.length == BYTES, "token lookup", "must be 32 bytes");
        this.bytes = bytes.clone();
        this.rowKey = rowKey;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** A MAC over the columns of this token's row. */
    public byte[] rowMac(Purpose row) {
        return rowKey.use(key -> Crypto.hmac(key, row.encoded()));
    }

    /**
     * Compares in time that does not depend on the content.
     *
     * @param mac null when the row has none
     */
    public boolean isRowMac(byte[] mac, Purpose row) {
        return MessageDigest.isEqual(mac, rowMac(row));
    }

    /**
     * As {@link #isRowMac}, for a row that has lost the first half of its MAC: what a row loses
     * when its token is spent, nobody puts back, and it costs no other MAC.
     */
    public boolean isHalfRowMac(byte[] mac, Purpose row) {
        if (mac == null || mac.length < HALF_MAC_BYTES) return false;
        byte[] kept = Arrays.copyOfRange(mac, mac.length - HALF_MAC_BYTES, mac.length);
        byte[] whole = rowMac(row);
        return MessageDigest.isEqual(
                kept, Arrays.copyOfRange(whole, whole.length - HALF_MAC_BYTES, whole.length));
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
