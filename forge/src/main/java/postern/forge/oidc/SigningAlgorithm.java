package postern.forge.oidc;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;

import java.util.Arrays;
import java.util.Optional;

/**
 * What an id_token may be signed with. Never {@code none}, and nothing with a shared secret, since
 * then a public key could be taken for it. Source: RFC 7518 section 3.1, RFC 8037 section 3.1.
 */
enum SigningAlgorithm {
    RS256("RS256", "SHA-256", Kind.RSA),
    RS384("RS384", "SHA-384", Kind.RSA),
    RS512("RS512", "SHA-512", Kind.RSA),
    PS256("PS256", "SHA-256", Kind.RSA),
    ES256("ES256", "SHA-256", Kind.P_256),
    ES384("ES384", "SHA-384", Kind.P_384),
    EDDSA("EdDSA", "SHA-512", Kind.ED25519);

    private enum Kind {
        RSA,
        P_256,
        P_384,
        ED25519
    }

    private final String word;
    private final String hash;
    private final Kind kind;

    SigningAlgorithm(String word, String hash, Kind kind) {
        this.word = word;
        this.hash = hash;
        this.kind = kind;
    }

    static Optional<SigningAlgorithm> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    /** As in the header field {@code alg}. */
    String word() {
        return word;
    }

    /** Of {@code at_hash}: the one that the signature uses (Core section 3.1.3.6). */
    String hash() {
        return hash;
    }

    /** Whether a signature of this kind is checked with such a key. */
    boolean isFor(JWK key) {
        return switch (key) {
            case RSAKey rsa -> kind == Kind.RSA;
            case ECKey ec ->
                    ec.getCurve().equals(Curve.P_256) && kind == Kind.P_256
                            || ec.getCurve().equals(Curve.P_384) && kind == Kind.P_384;
            case OctetKeyPair pair -> pair.getCurve().equals(Curve.Ed25519) && kind == Kind.ED25519;
            default -> false;
        };
    }
}
