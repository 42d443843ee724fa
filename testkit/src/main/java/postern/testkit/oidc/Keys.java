package postern.testkit.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** One key pair of a provider, with its name. */
record Keys(String id, String algorithm, KeyPair pair) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    static Keys make(String id, String algorithm) {
        return make(id, algorithm, 2048);
    }

    static Keys make(String id, String algorithm, int rsaBits) {
        try {
            KeyPairGenerator generator =
                    switch (algorithm) {
                        case "ES256", "ES384" -> KeyPairGenerator.getInstance("EC");
                        case "EdDSA" -> KeyPairGenerator.getInstance("Ed25519");
                        default -> KeyPairGenerator.getInstance("RSA");
                    };
            switch (algorithm) {
                case "ES256" -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case "ES384" -> generator.initialize(new ECGenParameterSpec("secp384r1"));
                case "EdDSA" -> {}
                default -> generator.initialize(rsaBits);
            }
            return new Keys(id, algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK cannot make such a key", missing);
        }
    }

    byte[] sign(String text) {
        return sign(pair.getPrivate(), text);
    }

    private byte[] sign(PrivateKey key, String text) {
        try {
            Signature signature = Signature.getInstance(nameInJdk());
            if (algorithm.equals("PS256")) signature.setParameter(pss());
            signature.initSign(key);
            signature.update(text.getBytes(US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("own key does not sign", impossible);
        }
    }

    private static AlgorithmParameterSpec pss() {
        return new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
    }

    private String nameInJdk() {
        return switch (algorithm) {
            case "RS256" -> "SHA256withRSA";
            case "RS384" -> "SHA384withRSA";
            case "RS512" -> "SHA512withRSA";
            case "PS256" -> "RSASSA-PSS";
            case "ES256" -> "SHA256withECDSAinP1363Format";
            case "ES384" -> "SHA384withECDSAinP1363Format";
            case "EdDSA" -> "Ed25519";
            default -> throw new IllegalArgumentException("no such algorithm here");
        };
    }

    /** As the provider publishes it. */
    ObjectNode published() {
        ObjectNode key = JsonNodeFactory.instance.objectNode().put("kid", id).put("use", "sig");
        key.put("alg", algorithm);
        switch (pair.getPublic()) {
            case RSAPublicKey rsa ->
                    key.put("kty", "RSA")
                            .put("n", unsigned(rsa.getModulus(), 0))
                            .put("e", unsigned(rsa.getPublicExponent(), 0));
            case ECPublicKey ec -> {
                int bytes = algorithm.equals("ES256") ? 32 : 48;
                key.put("kty", "EC")
                        .put("crv", algorithm.equals("ES256") ? "P-256" : "P-384")
                        .put("x", unsigned(ec.getW().getAffineX(), bytes))
                        .put("y", unsigned(ec.getW().getAffineY(), bytes));
            }
            case EdECPublicKey edwards -> {
                byte[] encoded = edwards.getEncoded();
                byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
                key.put("kty", "OKP").put("crv", "Ed25519").put("x", BASE64.encodeToString(raw));
            }
            default -> throw new IllegalStateException("a key of another kind");
        }
        return key;
    }

    private static String unsigned(BigInteger number, int minBytes) {
        byte[] signed = number.toByteArray();
        int skip = signed.length > 1 && signed[0] == 0 ? 1 : 0;
        byte[] bytes = Arrays.copyOfRange(signed, skip, signed.length);
        if (bytes.length >= minBytes) return BASE64.encodeToString(bytes);
        byte[] padded = new byte[minBytes];
        System.arraycopy(bytes, 0, padded, minBytes - bytes.length, bytes.length);
        return BASE64.encodeToString(padded);
    }
}
