package postern.access;

import postern.store.Database;
import postern.store.Tx;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * From a bearer token to who calls. Reads the database each time, without a cache: the end of a
 * grant counts for the very next request.
 */
public final class TokenCheck {
    private static final String FIND =
            """
            select t.scope, t.expires_at, g.id, g.client_id, g.resource, g.ended_at, g.expires_at as \
            grant_expires_at, p.id as person_id, p.issuer, p.upstream_id, p.login
            from access_token t
            join access_grant g on g.id = t.grant_id
            join person p on p.id = g.person_id
            where t.lookup = ?
            """;

    private final Database database;
    private final Vault vault;
    private final InstantSource clock;

    public TokenCheck(Database database, Vault vault, InstantSource clock) {
        this.database = database;
        this.vault = vault;
        this.clock = clock;
    }

    private record Found(Principal principal, Instant expiresAt, boolean ended) {}

    /**
     * The caller that {@code bearer} proves, or empty when it is malformed, unknown, expired, of an
     * ended grant, or issued for another resource than {@code resource}; which of them is not told
     * apart.
     */
    public Optional<Caller> check(String bearer, String resource) {
        return vault.recognise(TokenKind.ACCESS, bearer).flatMap(token -> find(token, resource));
    }

    private Optional<Caller> find(Token token, String resource) {
        Instant now = clock.instant();
        return database.read(tx -> tx.first(FIND, TokenCheck::read, token.lookup().bytes()))
                .filter(found -> !found.ended && now.isBefore(found.expiresAt))
                .filter(found -> found.principal.resource().equals(resource))
                .map(found -> new Caller(found.principal, token));
    }

    private static Found read(java.sql.ResultSet row) throws java.sql.SQLException {
        var person =
                new Person(
                        row.getLong("person_id"),
                        row.getString("issuer"),
                        row.getString("upstream_id"),
                        row.getString("login"));
        var principal =
                new Principal(
                        new GrantId(row.getString("id")),
                        person,
                        row.getString("client_id"),
                        Scope.parse(row.getString("scope")).orElseThrow(),
                        row.getString("resource"));
        Instant token = Tx.instant(row, "expires_at").orElseThrow();
        Instant grant = Tx.instant(row, "grant_expires_at").orElseThrow();
        boolean ended = Tx.instant(row, "ended_at").isPresent();
        return new Found(principal, token.isBefore(grant) ? token : grant, ended);
    }
}
