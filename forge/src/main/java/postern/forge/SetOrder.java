package postern.forge;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;
import postern.http.HttpError;
import postern.http.StrictJson;

import java.util.Base64;
import java.util.OptionalLong;

/**
 * Which of two token sets of a person is newer: the numbers that Forgejo writes into its refresh
 * tokens. Both are absent where refresh tokens are not rotated. Not verified, and not trusted for
 * anything else.
 *
 * @param upstreamGrant the number of the person's consent there; a new consent has a higher one
 * @param counter counts exchanges and refreshes within that consent
 */
record SetOrder(OptionalLong upstreamGrant, OptionalLong counter) {
    private static final SetOrder UNKNOWN =
            new SetOrder(OptionalLong.empty(), OptionalLong.empty());
    private static final DataSize MAX_PAYLOAD = DataSize.ofKibibytes(32);

    static SetOrder of(String refreshToken) {
        String[] parts = refreshToken.split("\\.", -1);
        if (parts.length != 3) return UNKNOWN;
        try {
            ObjectNode claims =
                    StrictJson.parseObject(Base64.getUrlDecoder().decode(parts[1]), MAX_PAYLOAD);
            return new SetOrder(number(claims, "gnt"), number(claims, "cnt"));
        } catch (IllegalArgumentException | HttpError notOurs) {
            return UNKNOWN;
        }
    }

    /** Numbers as stored, where SQL null is absence. */
    static SetOrder of(Long upstreamGrant, Long counter) {
        return new SetOrder(optional(upstreamGrant), optional(counter));
    }

    boolean isNewerThan(SetOrder other) {
        if (counter.isEmpty() || other.counter.isEmpty()) return false;
        long mine = upstreamGrant.orElse(0);
        long theirs = other.upstreamGrant.orElse(0);
        if (mine != theirs) return mine > theirs;
        return counter.getAsLong() > other.counter.getAsLong();
    }

    private static OptionalLong number(ObjectNode claims, String name) {
        return claims.path(name).canConvertToLong()
                ? OptionalLong.of(claims.path(name).asLong())
                : OptionalLong.empty();
    }

    private static OptionalLong optional(Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
