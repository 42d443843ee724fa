package postern.testkit.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A verifier and its S256 challenge.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7636#section-4.2">RFC 7636 section 4.2</a>
 */
public record Pkce(String verifier, String challenge) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final SecureRandom RANDOM = new SecureRandom();

    public static Pkce create() {
        return of(randomText());
    }

    public static Pkce of(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
            return new Pkce(verifier, BASE64.encodeToString(hash));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }

    /** 256 random bits; also good as a state or nonce. */
    public static String randomText() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }
}
