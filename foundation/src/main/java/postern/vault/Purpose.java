package postern.vault;

import postern.core.Check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where sealed bytes belong: table, column, owner and whatever else must not be exchanged. It is
 * the associated data of the seal, so bytes that were moved to another row do not open.
 */
public final class Purpose {
    private final byte[] encoded;

    private Purpose(byte[] encoded) {
        this.encoded = encoded;
    }

    /** Each part is length-prefixed, so that no two lists of parts look alike. */
    public static Purpose of(String... parts) {
        var texts = new byte[parts.length][];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            texts[i] = utf8(parts[i]);
            length += Integer.BYTES + texts[i].length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (byte[] text : texts) out.putInt(text.length).put(text);
        return new Purpose(out.array());
    }

    /** This purpose with one more list of parts, which is kept apart from the first. */
    public Purpose and(String... parts) {
        byte[] more = of(parts).encoded;
        return new Purpose(
                ByteBuffer.allocate(Integer.BYTES + encoded.length + more.length)
                        .putInt(encoded.length)
                        .put(encoded)
                        .put(more)
                        .array());
    }

    /** A lone surrogate would become a question mark, and so the same as another part. */
    private static byte[] utf8(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        if (isAscii(part)) return bytes;
        Check.that(new String(bytes, StandardCharsets.UTF_8).equals(part), "part", "is not text");
        return bytes;
    }

    private static boolean isAscii(String part) {
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) > 0x7f) return false;
        }
        return true;
    }

    byte[] encoded() {
        return encoded;
    }
}
