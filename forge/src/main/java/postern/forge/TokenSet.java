package postern.forge;

import postern.core.Secret;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * A person's tokens at the upstream.
 *
 * @param refreshToken spent by the next exchange or refresh of this person, whoever makes it
 * @param counter the upstream's own number of the set, where it has one: a set never replaces a
 *     higher one
 * @param grantedScope as the upstream reported it, empty when it did not
 */
public record TokenSet(
        Secret accessToken,
        Secret refreshToken,
        Instant accessExpiresAt,
        OptionalLong counter,
        String grantedScope) {
    SetOrder order() {
        return refreshToken.useText(SetOrder::of);
    }

    boolean isNewerThan(TokenSet other) {
        return order().isNewerThan(other.order());
    }

    /** The same tokens; a refresh answer does not repeat the scope. */
    TokenSet withScope(String scope) {
        return new TokenSet(accessToken, refreshToken, accessExpiresAt, counter, scope);
    }
}
