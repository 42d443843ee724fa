package postern.vault;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names a master key: 4 bytes of an HMAC under it. It tells nothing about the key, stands in front
 * of all that is sealed with it, and may be shown.
 */
public record KeyId(int value) {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{8}");

    /** The id that {@link #toString} writes, or empty when the text is none. */
    public static Optional<KeyId> parse(String text) {
        return SHAPE.matcher(text).matches()
                ? Optional.of(new KeyId(HexFormat.fromHexDigits(text)))
                : Optional.empty();
    }

    /**
     * The key that {@code sealed} was sealed with.
     *
     * @throws CannotOpen these bytes were not sealed here
     */
    public static KeyId of(byte[] sealed) throws CannotOpen {
        return new KeyId(Vault.keyId(sealed));
    }

    /** What all bytes that are sealed with this key begin with, for queries. */
    public byte[] header() {
        return Vault.withHeader(value, new byte[0]);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
