package postern.mcp;

import java.util.Arrays;

/** Where a value stands in a message, by offset; {@code end} is behind its last byte. */
record Span(int start, int end) {
    byte[] of(byte[] message) {
        return Arrays.copyOfRange(message, start, end);
    }

    byte[] replacedIn(byte[] message, byte[] value) {
        return Bytes.join(
                Arrays.copyOf(message, start),
                value,
                Arrays.copyOfRange(message, end, message.length));
    }
}
