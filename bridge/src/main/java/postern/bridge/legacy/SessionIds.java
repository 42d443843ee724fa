package postern.bridge.legacy;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Session ids of 192 random bits, in visible ASCII. Finding one proves nothing: see {@link
 * SessionOwner}.
 */
final class SessionIds {
    private static final int BYTES = 24;

    private final SecureRandom random;

    SessionIds(SecureRandom random) {
        this.random = random;
    }

    String next() {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
