package postern.bridge.legacy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Session ids of 192 random bits, in visible ASCII. Finding one proves nothing: see {@link
 * SessionOwner}.
 */
final class SessionIds {
    private static final int BYTES = 24;
    private static final int HANDLE_BYTES = 16;

    private final SecureRandom random;

    SessionIds(SecureRandom random) {
        this.random = random;
    }

    String next() {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Names a session to people, whose pages and history need not hold the id itself. */
    static String handle(String id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, HANDLE_BYTES);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("SHA-256 is missing", missing);
        }
    }
}
