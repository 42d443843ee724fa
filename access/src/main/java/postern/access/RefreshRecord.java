package postern.access;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a refresh token.
 *
 * @param serial its place among the refresh tokens of its grant
 * @param mac of its row; half of it when it is retired
 * @param retiredAt when its successor was issued
 * @param successorSeal the successor's text, readable with this token, while the grace lasts
 * @param wrap the grant's private key for the holder of the token; erased when it opens nothing
 */
public record RefreshRecord(
        Grant grant,
        long serial,
        byte[] mac,
        Instant expiresAt,
        Optional<Instant> retiredAt,
        Optional<byte[]> successorSeal,
        Optional<byte[]> wrap) {}
