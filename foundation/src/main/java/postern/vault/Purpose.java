package postern.vault;

import postern.core.Check;

import java.io.ByteArrayOutputStream;
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
        var out = new ByteArrayOutputStream();
        for (String part : parts) {
            byte[] bytes = utf8(part);
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            out.writeBytes(bytes);
        }
        return new Purpose(out.toByteArray());
    }

    /** This purpose with one more list of parts, which is kept apart from the first. */
    public Purpose and(String... parts) {
        byte[] more = of(parts).encoded;
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(encoded.length).array());
        out.writeBytes(encoded);
        out.writeBytes(more);
        return new Purpose(out.toByteArray());
    }

    /** A lone surrogate would become a question mark, and so the same as another part. */
    private static byte[] utf8(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        Check.that(new String(bytes, StandardCharsets.UTF_8).equals(part), "part", "is not text");
        return bytes;
    }

    byte[] encoded() {
        return encoded;
    }
}
