package postern.access;

import postern.store.Database;
import postern.store.Tx;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * From a bearer token to who calls. Reads the database each time, without a cache: the end of a
 * grant counts for the very next request.
 */
public final class TokenCheck {
    private final Database database;
    private final Vault vault;
    private final InstantSource clock;
    private final LastUses uses;

    public TokenCheck(Database database, Vault vault, InstantSource clock) {
        this(database, vault, clock, new LastUses(database));
    }

    /**
     * @param uses is told of each good token
     */
    public TokenCheck(Database database, Vault vault, InstantSource clock, LastUses uses) {
        this.uses = uses;
        this.database = database;
        this.vault = vault;
        this.clock = clock;
    }

    /**
     * What introspection tells about a token (RFC 7662 section 2.2).
     *
     * @param grantExpiresAt the token ends then at the latest
     */
    public record Inspected(Principal principal, Instant expiresAt, Instant grantExpiresAt) {}

    private record Found(Grant grant, Scope scope, Instant expiresAt) {}

    /**
     * The caller that {@code bearer} proves, or empty when it is malformed, unknown, expired, of an
     * ended grant, issued for another resource than {@code resource}, or its row or its grant was
     * tampered with; which of them is not told apart.
     */
    public Optional<Caller> check(String bearer, String resource) {
        Optional<Caller> caller =
                vault.recognise(TokenKind.ACCESS, bearer)
                        .flatMap(token ->
                                find(token, resource)
                                        .map(found -> new Caller(principal(found), token)));
        caller.ifPresent(known -> uses.note(known.principal().grant(), clock.instant()));
        return caller;
    }

    /** As {@link #check}, for whoever asks about somebody else's token. */
    public Optional<Inspected> inspect(String bearer, String resource) {
        return vault.recognise(TokenKind.ACCESS, bearer)
                .flatMap(token -> find(token, resource))
                .map(found ->
                        new Inspected(principal(found), found.expiresAt, found.grant.expiresAt()));
    }

    private Optional<Found> find(Token token, String resource) {
        Instant now = clock.instant();
        return database.read(tx ->
                        tx.first(
                                Tokens.FIND_ACCESS,
                                row -> read(token, row),
                                token.grantId().orElseThrow(),
                                token.lookup().bytes()))
                .flatMap(verified -> verified)
                .filter(found -> now.isBefore(found.expiresAt) && found.grant.isLive(now))
                .filter(found -> found.grant.resource().equals(resource));
    }

    private static Optional<Found> read(Token token, ResultSet row) throws SQLException {
        String scope = row.getString("token_scope");
        Optional<Grant> grant = Tokens.verified(token.lookup(), row, scope);
        if (grant.isEmpty()) return Optional.empty();
        Instant expiresAt = Tx.instant(row, "expires_at").orElseThrow();
        return Scope.parse(scope).map(allowed -> new Found(grant.get(), allowed, expiresAt));
    }

    private static Principal principal(Found found) {
        Grant grant = found.grant;
        return new Principal(
                grant.id(), grant.person(), grant.clientId(), found.scope, grant.resource());
    }
}
