package postern.forge.relay;

import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The dummy tokens that are good now. Found by their hash, so that the time of a look-up says
 * nothing about what was nearly right.
 */
final class DummyTokens {
    private static final String PREFIX = "ptn_dummy_";
    private static final int RANDOM_BYTES = 32;

    private final SecureRandom random;
    private final Map<String, Admitted> byHash = new ConcurrentHashMap<>();

    /**
     * @param lease its number, which opens nothing
     */
    record Admitted(long lease, RelayAccess access, CallRate rate) {}

    DummyTokens(SecureRandom random) {
        this.random = random;
    }

    Secret add(Admitted admitted) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        byHash.put(hash(token), admitted);
        return Secret.ofUtf8(token);
    }

    void remove(Secret token) {
        byHash.remove(token.useText(DummyTokens::hash));
    }

    /**
     * The lease that an Authorization field names, in either of the two schemes that Forgejo knows.
     */
    Optional<Admitted> find(String authorization) {
        int space = authorization.indexOf(' ');
        if (space < 0) return Optional.empty();
        String scheme = authorization.substring(0, space);
        if (!scheme.equalsIgnoreCase("token") && !scheme.equalsIgnoreCase("bearer")) {
            return Optional.empty();
        }
        return Optional.ofNullable(byHash.get(hash(authorization.substring(space + 1))));
    }

    int size() {
        return byHash.size();
    }

    private static String hash(String token) {
        try {
            byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is missing", impossible);
        }
    }
}
