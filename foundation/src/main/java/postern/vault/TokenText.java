package postern.vault;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * The text form of tokens: kind prefix, 43 base64url characters (256 random bits), 6 characters of
 * checksum over both. The checksum keeps typing errors and scanners' guesses away from the
 * database; it protects nothing.
 */
final class TokenText {
    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_CHARACTERS = 43;
    private static final int CHECKSUM_CHARACTERS = 6;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private TokenText() {}

    static String random(TokenKind kind, SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String body = kind.prefix() + BASE64.encodeToString(bytes);
        return body + checksum(body);
    }

    static boolean isWellFormed(TokenKind kind, String text) {
        int bodyLength = kind.prefix().length() + RANDOM_CHARACTERS;
        if (text.length() != bodyLength + CHECKSUM_CHARACTERS) return false;
        if (!text.startsWith(kind.prefix())) return false;
        String body = text.substring(0, bodyLength);
        return text.substring(bodyLength).equals(checksum(body));
    }

    private static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        long value = crc.getValue();
        byte[] bytes = {
            (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
        };
        return BASE64.encodeToString(bytes);
    }
}
