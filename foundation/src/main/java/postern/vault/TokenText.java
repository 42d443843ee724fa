package postern.vault;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * The text form of tokens: kind prefix, 43 base64url characters (256 random bits), 6 characters of
 * checksum over all before. Kinds that name their grant have its id (22 characters) before the
 * random part and a tag (22 characters) behind it. The checksum keeps typing errors and scanners'
 * guesses away from everything else; it protects nothing.
 */
final class TokenText {
    static final int GRANT_CHARACTERS = 22;
    static final int TAG_BYTES = 16;
    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_CHARACTERS = 43;
    private static final int TAG_CHARACTERS = 22;
    private static final int CHECKSUM_CHARACTERS = 6;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private TokenText() {}

    static String random(TokenKind kind, SecureRandom random) {
        return withChecksum(kind.prefix() + randomPart(random));
    }

    /** What the tag of a new token is made of. */
    static String untagged(TokenKind kind, String grantId, SecureRandom random) {
        return kind.prefix() + grantId + randomPart(random);
    }

    static String tagged(String untagged, byte[] tag) {
        return withChecksum(untagged + BASE64.encodeToString(tag));
    }

    private static String randomPart(SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    private static String withChecksum(String body) {
        return body + checksum(body);
    }

    static boolean isWellFormed(TokenKind kind, String text) {
        int bodyLength = bodyLength(kind);
        if (text.length() != bodyLength + CHECKSUM_CHARACTERS) return false;
        if (!text.startsWith(kind.prefix())) return false;
        String body = text.substring(0, bodyLength);
        if (!text.substring(bodyLength).equals(checksum(body))) return false;
        return !kind.namesGrant() || isGrantId(grantId(kind, text));
    }

    static boolean isGrantId(String text) {
        return text.length() == GRANT_CHARACTERS && text.chars().allMatch(TokenText::isBase64Url);
    }

    private static boolean isBase64Url(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '_';
    }

    private static int bodyLength(TokenKind kind) {
        int bare = kind.prefix().length() + RANDOM_CHARACTERS;
        return kind.namesGrant() ? GRANT_CHARACTERS + bare + TAG_CHARACTERS : bare;
    }

    /** Of a well-formed token of a kind that names its grant. */
    static String grantId(TokenKind kind, String text) {
        int start = kind.prefix().length();
        return text.substring(start, start + GRANT_CHARACTERS);
    }

    /** Of a well-formed token of a kind that names its grant. */
    static String untagged(TokenKind kind, String text) {
        return text.substring(0, bodyLength(kind) - TAG_CHARACTERS);
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
