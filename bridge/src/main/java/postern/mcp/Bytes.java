package postern.mcp;

import java.io.ByteArrayOutputStream;

/** Small steps on message bytes. */
final class Bytes {
    private Bytes() {}

    static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    /**
     * {@code json} on one line. In valid JSON a line end can only be white space between tokens, so
     * a blank says the same. The array itself when there is nothing to do.
     */
    static byte[] oneLine(byte[] json) {
        byte[] line = json;
        for (int i = 0; i < json.length; i++) {
            if (json[i] != '\n' && json[i] != '\r') continue;
            if (line == json) line = json.clone();
            line[i] = ' ';
        }
        return line;
    }
}
