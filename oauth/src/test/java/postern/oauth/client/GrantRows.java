package postern.oauth.client;

import postern.store.Database;

import java.time.Instant;

/** Grants as far as clients keep their places by them. */
final class GrantRows {
    private GrantRows() {}

    /**
     * @param endedAt null when it has not ended
     */
    static void add(
            Database database,
            String id,
            String clientId,
            Instant createdAt,
            Instant expiresAt,
            Instant endedAt) {
        database.write(tx -> {
            tx.update(
                    "insert or ignore into person (id, issuer, upstream_id, login, created_at)"
                            + " values (1, 'https://forge.example', '1', 'ada', ?)",
                    createdAt);
            return tx.update(
                    """
                    insert into access_grant (id, person_id, client_id, redirect_uri, scope,
                        resource, public_key, mac, created_at, expires_at, ended_at, end_reason)
                        values (?, 1, ?, '', '', '', x'', x'', ?, ?, ?, ?)
                    """,
                    id,
                    clientId,
                    createdAt,
                    expiresAt,
                    endedAt,
                    endedAt == null ? null : "REVOKED");
        });
    }
}
