package postern.forge.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The provider's public keys, and nobody else's: keys and addresses of keys in a token's own header
 * are never looked at. Source: RFC 7517 section 5, OpenID Connect Core 1.0 section 10.1.
 */
final class SigningKeys {
    private static final int MAX_KEYS = 100;
    private static final int MIN_RSA_BITS = 2_048;

    /** Larger ones make each check cost seconds. */
    private static final int MAX_RSA_BITS = 8_192;

    private static final int MAX_RSA_EXPONENT_BITS = 64;

    private final List<JWK> keys;

    /** How a look at a signature ended. */
    enum Finding {
        VALID,
        NO_SUCH_KEY,
        WRONG
    }

    private SigningKeys(List<JWK> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Leaves out what is not for signatures, weak, private, or of a kind that we do not know:
     * providers publish such beside those that count.
     *
     * @throws WrongDocument it is no list of keys, or none of them can be used
     */
    static SigningKeys read(ObjectNode document) throws WrongDocument {
        JsonNode list = document.path("keys");
        if (!list.isArray() || list.size() > MAX_KEYS) {
            throw new WrongDocument("the provider's jwks_uri leads to no list of keys");
        }
        List<JWK> usable = new ArrayList<>();
        for (JsonNode key : list) parsed(key).filter(SigningKeys::isUsable).ifPresent(usable::add);
        if (usable.isEmpty()) {
            throw new WrongDocument(
                    "the provider publishes no key that is accepted here: let it sign with RSA of"
                            + " 2048 bits and more, P-256, P-384 or Ed25519");
        }
        return new SigningKeys(usable);
    }

    private static Optional<JWK> parsed(JsonNode key) {
        try {
            return Optional.of(JWK.parse(key.toString()));
        } catch (ParseException | IllegalArgumentException | IllegalStateException notOurs) {
            return Optional.empty();
        }
    }

    private static boolean isUsable(JWK key) {
        boolean signs = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        return signs && !key.isPrivate() && isOfGoodSize(key);
    }

    private static boolean isOfGoodSize(JWK key) {
        if (!(key instanceof RSAKey rsa)) return true;
        int bits = rsa.getModulus().decodeToBigInteger().bitLength();
        int exponentBits = rsa.getPublicExponent().decodeToBigInteger().bitLength();
        return bits >= MIN_RSA_BITS
                && bits <= MAX_RSA_BITS
                && exponentBits <= MAX_RSA_EXPONENT_BITS;
    }

    int count() {
        return keys.size();
    }

    /** A token without {@code kid} is checked only where no choice is left. */
    Finding look(IdToken token, SigningAlgorithm algorithm) {
        List<JWK> fitting = keys.stream().filter(key -> fits(key, token, algorithm)).toList();
        if (fitting.isEmpty() || token.keyId().isEmpty() && fitting.size() > 1) {
            return Finding.NO_SUCH_KEY;
        }
        boolean valid = fitting.stream().anyMatch(key -> isSignedWith(key, token, algorithm));
        return valid ? Finding.VALID : Finding.WRONG;
    }

    private static boolean fits(JWK key, IdToken token, SigningAlgorithm algorithm) {
        boolean named = token.keyId().isEmpty() || token.keyId().get().equals(key.getKeyID());
        boolean meant =
                key.getAlgorithm() == null || key.getAlgorithm().getName().equals(algorithm.word());
        return named && meant && algorithm.isFor(key);
    }

    private static boolean isSignedWith(JWK key, IdToken token, SigningAlgorithm algorithm) {
        var header = new JWSHeader(com.nimbusds.jose.JWSAlgorithm.parse(algorithm.word()));
        Base64URL signature = Base64URL.encode(token.signature());
        try {
            return switch (key) {
                case RSAKey rsa ->
                        new RSASSAVerifier(rsa).verify(header, token.signed(), signature);
                case ECKey ec -> new ECDSAVerifier(ec).verify(header, token.signed(), signature);
                case OctetKeyPair pair ->
                        Ed25519.isSigned(pair.getX().decode(), token.signed(), token.signature());
                default -> false;
            };
        } catch (JOSEException cannotBeChecked) {
            return false;
        }
    }
}
