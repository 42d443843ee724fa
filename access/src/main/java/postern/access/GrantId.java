package postern.access;

import postern.core.Check;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names a grant in our tables and logs. Not a secret and never accepted as proof of anything. */
public record GrantId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{22}");

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
        return SHAPE.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
