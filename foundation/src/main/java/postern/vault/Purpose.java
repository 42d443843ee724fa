package postern.vault;

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
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            out.writeBytes(bytes);
        }
        return new Purpose(out.toByteArray());
    }

    byte[] encoded() {
        return encoded;
    }
}
