package postern.vault;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The three primitives that everything here is made of: HMAC-SHA-256, HKDF-SHA-256, AES-256-GCM.
 */
final class Crypto {
    static final int KEY_BYTES = 32;
    static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] FIRST_BLOCK = {1};

    // looked up once: the search through all providers costs more than the work itself
    private static final Mac HMAC = newHmac();
    private static final Provider AES_PROVIDER = aesProvider();

    /** Those that nobody uses now: even with the provider known, making one takes long. */
    private static final BlockingQueue<Cipher> IDLE_CIPHERS = new ArrayBlockingQueue<>(32);

    private Crypto() {}

    /** Only copies of it are used. */
    private static Mac newHmac() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(new byte[KEY_BYTES], "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("HMAC-SHA-256 is missing", failure);
        }
    }

    private static Provider aesProvider() {
        try {
            var nonce = new GCMParameterSpec(TAG_BITS, new byte[NONCE_BYTES]);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[KEY_BYTES], "AES"), nonce);
            return cipher.getProvider();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("AES-256-GCM is missing", failure);
        }
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = (Mac) HMAC.clone();
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) mac.update(part);
            return mac.doFinal();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("HMAC-SHA-256 is missing", failure);
        } catch (CloneNotSupportedException failure) {
            throw new IllegalStateException("HMAC-SHA-256 cannot be copied", failure);
        }
    }

    /**
     * RFC 5869 with 32 bytes of output, which is one block: two MACs. The JDK's own costs three
     * times as much, and a rotation needs four.
     *
     * @param salt may be empty
     */
    static byte[] hkdf(byte[] inputKey, byte[] salt, byte[] info) {
        byte[] extracted = hmac(salt.length == 0 ? new byte[KEY_BYTES] : salt, inputKey);
        return hmac(extracted, info, FIRST_BLOCK);
    }

    /** A fresh nonce, then ciphertext and tag. */
    static byte[] encrypt(byte[] key, byte[] plain, byte[] associated, SecureRandom random) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    withCipher(cipher -> {
                        init(cipher, Cipher.ENCRYPT_MODE, key, nonce, associated);
                        return cipher.doFinal(plain);
                    });
            byte[] result = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, result, NONCE_BYTES, sealed.length);
            return result;
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("AES-256-GCM is missing", failure);
        }
    }

    /**
     * @throws CannotOpen wrong key, wrong associated data or changed bytes; which of them is not
     *     known
     */
    static byte[] decrypt(byte[] key, byte[] sealed, byte[] associated) throws CannotOpen {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) throw new CannotOpen();
        try {
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            return withCipher(cipher -> {
                init(cipher, Cipher.DECRYPT_MODE, key, nonce, associated);
                return cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
            });
        } catch (AEADBadTagException wrong) {
            throw new CannotOpen();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("AES-256-GCM is missing", failure);
        }
    }

    private interface CipherUse {
        byte[] with(Cipher cipher) throws GeneralSecurityException;
    }

    /** One that failed is not used again. */
    private static byte[] withCipher(CipherUse use) throws GeneralSecurityException {
        Cipher idle = IDLE_CIPHERS.poll();
        Cipher cipher = idle != null ? idle : Cipher.getInstance("AES/GCM/NoPadding", AES_PROVIDER);
        byte[] result = use.with(cipher);
        IDLE_CIPHERS.offer(cipher);
        return result;
    }

    private static void init(Cipher cipher, int mode, byte[] key, byte[] nonce, byte[] associated)
            throws GeneralSecurityException {
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associated);
    }
}
