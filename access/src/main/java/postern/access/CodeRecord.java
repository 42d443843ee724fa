package postern.access;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an authorization code.
 *
 * @param redirectUri exactly as in the authorization request, port included
 * @param usedAt when it was redeemed
 * @param failures failed attempts so far
 */
public record CodeRecord(
        Grant grant,
        String codeChallenge,
        String redirectUri,
        Instant expiresAt,
        Optional<Instant> usedAt,
        int failures) {}
