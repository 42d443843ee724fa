package postern.forge.oidc;

import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a sign-in shows of its code verifier. Both go through the browser; neither leads to the
 * verifier, nor to the other.
 */
final class TripProofs {
    private static final byte[] NONCE = "postern-oidc-nonce".getBytes(StandardCharsets.US_ASCII);

    private TripProofs() {}

    /** RFC 7636 section 4.2. */
    static String challenge(Secret codeVerifier) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return text(codeVerifier.use(digest::digest));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }

    /**
     * Fresh with each trip, as the verifier is, and known again when the browser is back, without
     * being kept. OpenID Connect Core 1.0 section 15.5.2 proposes such a hash.
     */
    static String nonce(Secret codeVerifier) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(codeVerifier.use(key -> new SecretKeySpec(key, "HmacSHA256")));
            return text(mac.doFinal(NONCE));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no HMAC-SHA-256", missing);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
