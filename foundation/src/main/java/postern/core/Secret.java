package postern.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Bytes that must not be seen. Not a record: it has no accessor, prints as stars, and its one door
 * {@link #use} makes every use findable. Immutable until {@link #close()}, safe for use by many
 * threads before that.
 */
public final class Secret implements AutoCloseable {
    private final byte[] bytes;

    public Secret(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public static Secret ofUtf8(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Hands the bytes to {@code reader}, which must neither keep nor change them. */
    public <T> T use(Function<byte[], T> reader) {
        return reader.apply(bytes);
    }

    /** As {@link #use}, for secrets that are text. */
    public <T> T useText(Function<String, T> reader) {
        return reader.apply(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Compares in time that does not depend on the content. */
    public boolean matches(byte[] other) {
        return MessageDigest.isEqual(bytes, other);
    }

    /** Overwrites the bytes with zero; a later use sees zeros. */
    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "Secret(***)";
    }
}
