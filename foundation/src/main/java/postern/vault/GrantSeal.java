package postern.vault;

import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

import javax.crypto.DecapsulateException;
import javax.crypto.KEM;
import javax.crypto.SecretKey;

/**
 * What only the holder of a live token of a grant can open. Each grant has an X25519 key pair. Its
 * private key is wrapped under a key derived from each live token with the master key as salt: the
 * database alone opens nothing, and neither does the database with the master key. Anything can be
 * sealed to the public key without opening anything.
 */
public final class GrantSeal {
    private static final byte[] WRAP_INFO = ascii("postern-wrap-v1");
    private static final byte[] SUCCESSOR_INFO = ascii("postern-successor-v1");
    private static final byte[] BOX_INFO = ascii("postern-box-v1");
    private static final int ENCAPSULATION_BYTES = 32;

    /** The key id of what is sealed to a grant's public key: no master key has a part in it. */
    private static final int NO_MASTER_KEY = 0;

    private final MasterKeys masterKeys;
    private final SecureRandom random;

    GrantSeal(MasterKeys masterKeys, SecureRandom random) {
        this.masterKeys = masterKeys;
        this.random = random;
    }

    /**
     * @param publicKey X.509 encoding
     * @param privateKey PKCS #8 encoding
     */
    public record GrantKeyPair(byte[] publicKey, Secret privateKey) {}

    public GrantKeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
            generator.initialize(java.security.spec.NamedParameterSpec.X25519, random);
            KeyPair pair = generator.generateKeyPair();
            return new GrantKeyPair(
                    pair.getPublic().getEncoded(), new Secret(pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("X25519 is missing", failure);
        }
    }

    /** Wraps a grant's private key for the holder of {@code token}. */
    public byte[] wrap(Secret privateKey, Token token, String grantId) {
        byte[] key = tokenKey(masterKeys.primary(), token, WRAP_INFO);
        return privateKey.use(plain ->
                Vault.withHeader(
                        masterKeys.primaryId(),
                        Crypto.encrypt(key, plain, wrapPurpose(token, grantId).encoded(), random)));
    }

    /**
     * @throws CannotOpen another token, another grant, a master key that is gone, or changed bytes
     */
    public Secret unwrap(byte[] wrapped, Token token, String grantId) throws CannotOpen {
        Secret master = masterKeys.withId(Vault.keyId(wrapped)).orElseThrow(CannotOpen::new);
        byte[] key = tokenKey(master, token, WRAP_INFO);
        byte[] purpose = wrapPurpose(token, grantId).encoded();
        return new Secret(Crypto.decrypt(key, Vault.body(wrapped), purpose));
    }

    /**
     * Seals the text of a token's successor so that the holder of the token, and nobody else, reads
     * it.
     *
     * @param bound what else must be the same when it is opened
     */
    public byte[] sealSuccessor(
            Token predecessor, Token successor, String grantId, String... bound) {
        byte[] key = tokenKey(masterKeys.primary(), predecessor, SUCCESSOR_INFO);
        byte[] purpose = Purpose.of("successor", grantId).and(bound).encoded();
        return successor
                .text()
                .use(plain ->
                        Vault.withHeader(
                                masterKeys.primaryId(),
                                Crypto.encrypt(key, plain, purpose, random)));
    }

    /**
     * @throws CannotOpen as {@link #unwrap}
     */
    public Secret openSuccessor(byte[] sealed, Token predecessor, String grantId, String... bound)
            throws CannotOpen {
        Secret master = masterKeys.withId(Vault.keyId(sealed)).orElseThrow(CannotOpen::new);
        byte[] key = tokenKey(master, predecessor, SUCCESSOR_INFO);
        byte[] purpose = Purpose.of("successor", grantId).and(bound).encoded();
        return new Secret(Crypto.decrypt(key, Vault.body(sealed), purpose));
    }

    /**
     * Seals to a grant's public key: encapsulation (RFC 9180 DHKEM X25519), nonce, ciphertext and
     * tag.
     */
    public byte[] sealTo(byte[] publicKey, Secret plain, Purpose purpose) {
        try {
            PublicKey key =
                    KeyFactory.getInstance("X25519")
                            .generatePublic(new X509EncodedKeySpec(publicKey));
            KEM.Encapsulated sent =
                    KEM.getInstance("DHKEM").newEncapsulator(key, random).encapsulate();
            byte[] body =
                    plain.use(bytes ->
                            Crypto.encrypt(boxKey(sent.key()), bytes, purpose.encoded(), random));
            byte[] encapsulation = sent.encapsulation();
            byte[] sealed = Arrays.copyOf(encapsulation, encapsulation.length + body.length);
            System.arraycopy(body, 0, sealed, encapsulation.length, body.length);
            return Vault.withHeader(NO_MASTER_KEY, sealed);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("DHKEM X25519 refused a public key of ours", failure);
        }
    }

    /**
     * Opens what {@link #sealTo} made for this grant and purpose.
     *
     * @throws CannotOpen another grant's key, another purpose, or changed bytes
     */
    public Secret openWith(Secret privateKey, byte[] sealed, Purpose purpose) throws CannotOpen {
        if (Vault.keyId(sealed) != NO_MASTER_KEY) throw new CannotOpen();
        byte[] body = Vault.body(sealed);
        if (body.length < ENCAPSULATION_BYTES) throw new CannotOpen();
        byte[] encapsulation = Arrays.copyOf(body, ENCAPSULATION_BYTES);
        byte[] box = Arrays.copyOfRange(body, ENCAPSULATION_BYTES, body.length);
        try {
            PrivateKey key = privateKey.use(GrantSeal::decode);
            SecretKey shared =
                    KEM.getInstance("DHKEM").newDecapsulator(key).decapsulate(encapsulation);
            return new Secret(Crypto.decrypt(boxKey(shared), box, purpose.encoded()));
        } catch (DecapsulateException | java.security.InvalidKeyException wrong) {
            throw new CannotOpen();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("DHKEM X25519 is missing", failure);
        }
    }

    /** A data key of 32 random bytes, for what is sealed to many grants at once. */
    public Secret newDataKey() {
        var key = new byte[Crypto.KEY_BYTES];
        random.nextBytes(key);
        return new Secret(key);
    }

    public byte[] sealUnder(Secret dataKey, Secret plain, Purpose purpose) {
        return dataKey.use(
                key -> plain.use(bytes -> Crypto.encrypt(key, bytes, purpose.encoded(), random)));
    }

    /**
     * @throws CannotOpen another key, another purpose, or changed bytes
     */
    public Secret openUnder(Secret dataKey, byte[] sealed, Purpose purpose) throws CannotOpen {
        byte[] key = dataKey.use(byte[]::clone);
        return new Secret(Crypto.decrypt(key, sealed, purpose.encoded()));
    }

    private static PrivateKey decode(byte[] encoded) {
        try {
            return KeyFactory.getInstance("X25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("not a private key of ours", failure);
        }
    }

    private static byte[] boxKey(SecretKey shared) {
        return Crypto.hkdf(shared.getEncoded(), new byte[0], BOX_INFO);
    }

    private static byte[] tokenKey(Secret master, Token token, byte[] info) {
        return token.text().use(ikm -> master.use(salt -> Crypto.hkdf(ikm, salt, info)));
    }

    private static Purpose wrapPurpose(Token token, String grantId) {
        return Purpose.of("token", "wrap", token.kind().name(), grantId);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
