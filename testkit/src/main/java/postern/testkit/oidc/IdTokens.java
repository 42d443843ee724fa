package postern.testkit.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes id_tokens, right ones or with one lie in them. */
record IdTokens(String issuer, String clientId, String clientSecret, boolean thin) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final Set<Lie> THIEVES =
            EnumSet.of(
                    Lie.UNPUBLISHED_KEY,
                    Lie.UNPUBLISHED_KEY_UNDER_PUBLISHED_NAME,
                    Lie.EMBEDDED_KEY);

    /** What a token is made from. */
    record Occasion(OidcPerson person, String nonce, String accessToken, Instant now) {}

    String mint(Occasion occasion, Keys keys, Lie lie) {
        ObjectNode claims = claims(occasion, keys.algorithm());
        lieInClaims(claims, occasion.now(), lie);
        return signed(header(keys, lie), claims, keys, lie);
    }

    private ObjectNode claims(Occasion occasion, String algorithm) {
        long now = occasion.now().getEpochSecond();
        ObjectNode claims =
                object().put("iss", issuer)
                        .put("sub", occasion.person().subject())
                        .put("aud", clientId)
                        .put("exp", now + 300)
                        .put("iat", now)
                        .put("nonce", occasion.nonce())
                        .put("at_hash", leftHalf(algorithm, occasion.accessToken()));
        if (thin) return claims;
        occasion.person().username().ifPresent(name -> claims.put("preferred_username", name));
        if (!occasion.person().groups().isEmpty()) {
            occasion.person().groups().forEach(claims.putArray("groups")::add);
        }
        return claims.put("email", "someone@example.org").put("email_verified", true);
    }

    private static String leftHalf(String algorithm, String text) {
        String hash =
                switch (algorithm) {
                    case "RS384", "ES384" -> "SHA-384";
                    case "RS512", "EdDSA" -> "SHA-512";
                    default -> "SHA-256";
                };
        try {
            byte[] digest = MessageDigest.getInstance(hash).digest(text.getBytes(US_ASCII));
            return BASE64.encodeToString(Arrays.copyOf(digest, digest.length / 2));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no " + hash, missing);
        }
    }

    private void lieInClaims(ObjectNode claims, Instant now, Lie lie) {
        long seconds = now.getEpochSecond();
        switch (lie) {
            case WRONG_ISS -> claims.put("iss", issuer + ".evil.example");
            case WRONG_AUD -> claims.put("aud", "another-client");
            case MANY_AUD_WITHOUT_AZP -> claims.putArray("aud").add(clientId).add("another-client");
            case WRONG_AZP -> claims.put("azp", "another-client");
            case EXPIRED -> claims.put("exp", seconds - 61).put("iat", seconds - 361);
            case NO_EXP -> claims.remove("exp");
            case FUTURE_IAT -> claims.put("iat", seconds + 62);
            case NO_IAT -> claims.remove("iat");
            case FUTURE_NBF -> claims.put("nbf", seconds + 62);
            case WRONG_NONCE -> claims.put("nonce", "of-another-trip");
            case NO_NONCE -> claims.remove("nonce");
            case WRONG_AT_HASH -> claims.put("at_hash", leftHalf("RS256", "another token"));
            case NO_SUB -> claims.remove("sub");
            case LONG_SUB -> claims.put("sub", "s".repeat(256));
            case SUB_BEYOND_ASCII -> claims.put("sub", "\u00e4lice");
            case SUB_AS_NUMBER -> claims.put("sub", 7);
            case TOO_LARGE -> claims.put("filler", "f".repeat(64 * 1024));
            default -> {}
        }
    }

    private static ObjectNode header(Keys keys, Lie lie) {
        ObjectNode header =
                object().put("alg", keys.algorithm()).put("kid", keys.id()).put("typ", "JWT");
        switch (lie) {
            case ALG_NONE, ALG_NONE_WITH_SIGNATURE -> header.put("alg", "none");
            case HS256_WITH_PUBLIC_KEY, HS256_WITH_CLIENT_SECRET -> header.put("alg", "HS256");
            case UNPUBLISHED_KEY -> header.put("kid", "nobody-knows");
            case CRITICAL_EXTENSION -> header.put("exp", 1).putArray("crit").add("exp");
            case ACCESS_TOKEN_TYPE -> header.put("typ", "at+jwt");
            default -> {}
        }
        return header;
    }

    private String signed(ObjectNode header, ObjectNode claims, Keys keys, Lie lie) {
        if (lie == Lie.NO_JWT) return "not.a token";
        Keys thief = THIEVES.contains(lie) ? Keys.make(keys.id(), keys.algorithm()) : keys;
        if (lie == Lie.EMBEDDED_KEY) {
            header.set("jwk", thief.published());
            header.put("jku", issuer + "/thief").put("x5u", issuer + "/thief");
        }
        String head = header.toString();
        if (lie == Lie.REPEATED_HEADER_FIELD) head = head.replace("{", "{\"alg\":\"none\",");
        String text = encode(head) + "." + encode(claims.toString());
        return text + "." + BASE64.encodeToString(signature(text, keys, thief, lie));
    }

    private byte[] signature(String text, Keys keys, Keys thief, Lie lie) {
        return switch (lie) {
            case ALG_NONE -> new byte[0];
            case HS256_WITH_PUBLIC_KEY -> hmac(keys.pair().getPublic().getEncoded(), text);
            case HS256_WITH_CLIENT_SECRET -> hmac(clientSecret.getBytes(UTF_8), text);
            case UNPUBLISHED_KEY, UNPUBLISHED_KEY_UNDER_PUBLISHED_NAME, EMBEDDED_KEY ->
                    thief.sign(text);
            case WRONG_SIGNATURE -> {
                byte[] right = keys.sign(text);
                right[right.length / 2] ^= 1;
                yield right;
            }
            default -> keys.sign(text);
        };
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(US_ASCII));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK has no HMAC-SHA-256", missing);
        }
    }

    private static String encode(String part) {
        return BASE64.encodeToString(part.getBytes(UTF_8));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
