package postern.testkit.forgejo;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/** Random values in the shapes that Forgejo gives them. */
final class Randoms {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Randoms() {}

    /** {@code gta_} for codes, {@code gto_} for client secrets, then 52 base32 characters. */
    static String prefixed(String prefix) {
        var text = new StringBuilder(prefix);
        RANDOM.ints(52, 0, BASE32.length()).forEach(index -> text.append(BASE32.charAt(index)));
        return text.toString();
    }

    /** Session ids and personal access tokens: hex. */
    static String hex(int byteCount) {
        var bytes = new byte[byteCount];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static String clientId() {
        return UUID.randomUUID().toString();
    }
}
