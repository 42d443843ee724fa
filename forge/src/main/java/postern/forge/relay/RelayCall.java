package postern.forge.relay;

import postern.access.GrantId;

import java.time.Duration;
import java.time.Instant;

/**
 * What one session asked of the forge, for the audit: no body, no query, no name, no token.
 *
 * @param lease numbers the admissions of this relay from 1 on: one for each start of a child
 * @param method one that is served, or {@code OTHER}
 * @param pathPattern as {@code /api/v1/repos/{}/{}/issues/{}}: only words of the API, for all else
 *     {@code {}}; empty when the path was refused as malformed
 * @param status that the child got; 0 when the connection ended before the answer was whole
 */
public record RelayCall(
        long lease,
        GrantId grant,
        Instant startedAt,
        String method,
        String pathPattern,
        int status,
        Duration duration) {}
