package postern.testkit.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Codes that work once, with the verifier of their challenge. */
final class Codes {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Map<String, Issued> open = new ConcurrentHashMap<>();
    private final List<String> secrets = new CopyOnWriteArrayList<>();

    /** What a code stands for. */
    record Issued(OidcPerson person, String nonce, String challenge, String redirectUri) {}

    String issue(Issued issued) {
        String code = secret("code-");
        open.put(code, issued);
        return code;
    }

    Optional<Issued> redeem(String code, String verifier, String redirectUri) {
        return Optional.ofNullable(open.remove(code))
                .filter(issued -> issued.challenge.equals(challenge(verifier)))
                .filter(issued -> issued.redirectUri.equals(redirectUri));
    }

    private static String challenge(String verifier) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return BASE64.encodeToString(digest.digest(verifier.getBytes(US_ASCII)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }

    /** A random text that is remembered as secret. */
    String secret(String prefix) {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return remembered(prefix + BASE64.encodeToString(bytes));
    }

    String remembered(String secret) {
        secrets.add(secret);
        return secret;
    }

    List<String> secrets() {
        return List.copyOf(secrets);
    }
}
