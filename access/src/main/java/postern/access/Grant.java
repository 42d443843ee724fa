package postern.access;

import postern.vault.Purpose;

import java.time.Instant;
import java.util.HexFormat;
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
    /** All that a MAC over the grant covers: who, for whom, what, where to, until when. */
    Purpose row() {
        return Purpose.of(
                "access_grant",
                id.value(),
                Long.toString(person.id()),
                person.issuer(),
                person.upstreamId(),
                clientId,
                redirectUri,
                scope.toString(),
                resource,
                HexFormat.of().formatHex(publicKey),
                Long.toString(expiresAt.toEpochMilli()));
    }

    public boolean isLive(Instant now) {
        return endedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
