package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Signs and reads the forge's tokens: RS256 JWTs without issuer or audience (section A5). */
final class Jwts {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** Made once per process: 100 ms and more for each double would slow every test down. */
    private static final class Shared {
        private static final KeyPair KEYS = generate();

        private static KeyPair generate() {
            try {
                // Forgejo makes 4096 bits; nothing here depends on the size.
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("this JDK has no RSA", missing);
            }
        }
    }

    private final KeyPair keys = Shared.KEYS;
    private final String keyId;

    Jwts() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            keyId = BASE64.encodeToString(digest.digest(keys.getPublic().getEncoded()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }

    String sign(ObjectNode claims) {
        ObjectNode header = Json.object().put("alg", "RS256").put("kid", keyId).put("typ", "JWT");
        String signed = encode(header) + "." + encode(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("own key does not sign", impossible);
        }
    }

    /** The claims if the signature is ours and {@code exp} is not over. */
    Optional<JsonNode> read(String token, Instant now) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
            if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
                return Optional.empty();
            }
            JsonNode claims = Json.parse(Base64.getUrlDecoder().decode(parts[1]));
            boolean over = claims.path("exp").asLong() <= now.getEpochSecond();
            return over ? Optional.empty() : Optional.of(claims);
        } catch (GeneralSecurityException | IllegalArgumentException | IOException unreadable) {
            return Optional.empty();
        }
    }

    ObjectNode jwks() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        ObjectNode set = Json.object();
        set.putArray("keys")
                .addObject()
                .put("alg", "RS256")
                .put("e", unsigned(key.getPublicExponent()))
                .put("kid", keyId)
                .put("kty", "RSA")
                .put("n", unsigned(key.getModulus()))
                .put("use", "sig");
        return set;
    }

    private static String encode(ObjectNode part) {
        return BASE64.encodeToString(part.toString().getBytes(UTF_8));
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int skip = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, skip, bytes.length));
    }
}
