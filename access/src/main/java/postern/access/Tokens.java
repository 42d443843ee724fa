package postern.access;

import postern.store.Tx;
import postern.vault.TokenLookup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * The codes, access and refresh tokens of grants. Every method is part of the caller's transaction,
 * so that looking and spending are one step: of any number of parallel calls with one token exactly
 * one spends it.
 */
public final class Tokens {
    private static final String GRANT_COLUMNS =
            """
            g.id, g.client_id, g.redirect_uri, g.scope, g.resource, g.public_key, \
            g.expires_at as grant_expires_at, g.ended_at, p.id as person_id, p.issuer, \
            p.upstream_id, p.login
            """;
    private static final String GRANT_JOIN =
            " join access_grant g on g.id = t.grant_id join person p on p.id = g.person_id";

    /**
     * A token about to be stored.
     *
     * @param wrap the grant's private key for the holder of the token
     */
    public record Stored(TokenLookup lookup, GrantId grant, Instant expiresAt, byte[] wrap) {}

    public void addCode(Tx tx, Stored code, String codeChallenge, String redirectUri)
            throws SQLException {
        tx.update(
                """
                insert into authorization_code (lookup, grant_id, code_challenge, redirect_uri,
                    expires_at, wrap) values (?, ?, ?, ?, ?, ?)
                """,
                code.lookup.bytes(),
                code.grant.value(),
                codeChallenge,
                redirectUri,
                code.expiresAt,
                code.wrap);
    }

    public Optional<CodeRecord> findCode(Tx tx, TokenLookup lookup) throws SQLException {
        return tx.first(
                "select t.code_challenge, t.redirect_uri as code_redirect_uri, t.expires_at,"
                        + " t.used_at, t.failures, "
                        + GRANT_COLUMNS
                        + " from authorization_code t"
                        + GRANT_JOIN
                        + " where t.lookup = ?",
                Tokens::readCode,
                (Object) lookup.bytes());
    }

    /** Marks the code as redeemed and erases its wrap; false when it was redeemed before. */
    public boolean spendCode(Tx tx, TokenLookup lookup, Instant now) throws SQLException {
        return tx.update(
                        "update authorization_code set used_at = ?, wrap = null"
                                + " where lookup = ? and used_at is null",
                        now,
                        lookup.bytes())
                == 1;
    }

    /**
     * @param weight how many failures this one counts for
     */
    public void countCodeFailure(Tx tx, TokenLookup lookup, int weight) throws SQLException {
        tx.update(
                "update authorization_code set failures = failures + ? where lookup = ?",
                weight,
                lookup.bytes());
    }

    public void addAccess(Tx tx, Stored access, Scope scope) throws SQLException {
        tx.update(
                "insert into access_token (lookup, grant_id, scope, expires_at, wrap)"
                        + " values (?, ?, ?, ?, ?)",
                access.lookup.bytes(),
                access.grant.value(),
                scope.toString(),
                access.expiresAt,
                access.wrap);
    }

    public void addRefresh(Tx tx, Stored refresh) throws SQLException {
        tx.update(
                "insert into refresh_token (lookup, grant_id, expires_at, wrap) values (?, ?, ?,"
                        + " ?)",
                refresh.lookup.bytes(),
                refresh.grant.value(),
                refresh.expiresAt,
                refresh.wrap);
    }

    public Optional<RefreshRecord> findRefresh(Tx tx, TokenLookup lookup) throws SQLException {
        return tx.first(
                "select t.expires_at, t.retired_at, t.successor_seal, "
                        + GRANT_COLUMNS
                        + " from refresh_token t"
                        + GRANT_JOIN
                        + " where t.lookup = ?",
                Tokens::readRefresh,
                (Object) lookup.bytes());
    }

    /**
     * Retires a refresh token in favour of a successor that is stored only as {@code
     * successorSeal}; without one the token opens nothing any more. False when it was retired
     * before.
     */
    public boolean retireRefresh(
            Tx tx, TokenLookup lookup, Optional<byte[]> successorSeal, Instant now)
            throws SQLException {
        byte[] seal = successorSeal.orElse(null);
        return tx.update(
                        "update refresh_token set retired_at = ?, successor_seal = ?,"
                                + " wrap = iif(? is null, null, wrap)"
                                + " where lookup = ? and retired_at is null",
                        now,
                        seal,
                        seal,
                        lookup.bytes())
                == 1;
    }

    /** The grant that an access token hangs from. */
    public Optional<Grant> grantOfAccess(Tx tx, TokenLookup lookup) throws SQLException {
        return tx.first(
                "select "
                        + GRANT_COLUMNS
                        + " from access_token t"
                        + GRANT_JOIN
                        + " where t.lookup = ?",
                Grants::read,
                (Object) lookup.bytes());
    }

    private static CodeRecord readCode(ResultSet row) throws SQLException {
        return new CodeRecord(
                Grants.read(row),
                row.getString("code_challenge"),
                row.getString("code_redirect_uri"),
                Tx.instant(row, "expires_at").orElseThrow(),
                Tx.instant(row, "used_at"),
                row.getInt("failures"));
    }

    private static RefreshRecord readRefresh(ResultSet row) throws SQLException {
        return new RefreshRecord(
                Grants.read(row),
                Tx.instant(row, "expires_at").orElseThrow(),
                Tx.instant(row, "retired_at"),
                Optional.ofNullable(row.getBytes("successor_seal")));
    }
}
