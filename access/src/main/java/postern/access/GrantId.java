package postern.access;

import postern.core.Check;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** Names a grant in our tables and logs. Not a secret and never accepted as proof of anything. */
public record GrantId(String value) {
    private static final int CHARACTERS = 22;

    public GrantId {
        Check.that(isWellFormed(value), "grant id", "must be 22 base64url characters");
    }

    public static GrantId random(SecureRandom random) {
        var bytes = new byte[16];
        random.nextBytes(bytes);
        return new GrantId(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What a person typed or a form sent; empty when it cannot be the id of a grant. */
    public static Optional<GrantId> parse(String text) {
        return isWellFormed(text) ? Optional.of(new GrantId(text)) : Optional.empty();
    }

    static boolean isWellFormed(String value) {
        if (value.length() != CHARACTERS) return false;
        for (int i = 0; i < CHARACTERS; i++) {
            if (!isBase64Url(value.charAt(i))) return false;
        }
        return true;
    }

    private static boolean isBase64Url(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '_';
    }

    @Override
    public String toString() {
        return value;
    }
}
