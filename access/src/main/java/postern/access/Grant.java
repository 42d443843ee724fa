package postern.access;

import java.time.Instant;
import java.util.Optional;

/**
 * One person's consent to one client for one redirect URI, scope and resource. All tokens hang from
 * it.
 *
 * @param publicKey X25519 in X.509 encoding; what must be read only with a live token is sealed to
 *     it
 * @param expiresAt the grant is over then, however often its tokens were rotated
 */
public record Grant(
        GrantId id,
        Person person,
        String clientId,
        String redirectUri,
        Scope scope,
        String resource,
        byte[] publicKey,
        Instant expiresAt,
        Optional<Instant> endedAt) {
    public boolean isLive(Instant now) {
        return endedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
