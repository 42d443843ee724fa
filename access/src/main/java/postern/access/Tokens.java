package postern.access;

import postern.store.Tx;
import postern.vault.Purpose;
import postern.vault.Token;
import postern.vault.TokenLookup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The codes, access and refresh tokens of grants. Every method is part of the caller's transaction,
 * so that looking and spending are one step: of any number of parallel calls with one token exactly
 * one spends it.
 *
 * <p>Each row carries a MAC under a key that only its token gives, over what never changes in it
 * and over its grant. A row that was changed, moved to another grant, or whose grant was changed is
 * not found: a writer to the database can take rights away, but not give any. A refresh token that
 * is retired loses half of that MAC, so that nobody makes it one that is not.
 *
 * <p>The rows of a grant are bounded: its newest 64 access tokens, its refresh token, and as many
 * retired ones, whose rows go when their grace is over; triggers of the tables see to it, and hosts
 * refresh some thirty times at once. A refresh token without a row was retired long ago, since its
 * text proves that it was issued ({@link postern.vault.Token#grantId}).
 */
public final class Tokens {
    static final String GRANT_COLUMNS =
            """
            g.id, g.client_id, g.redirect_uri, g.scope, g.resource, g.public_key, \
            g.expires_at as grant_expires_at, g.ended_at, p.id as person_id, p.issuer, \
            p.upstream_id, p.login
            """;
    static final String GRANT_JOIN =
            " join access_grant g on g.id = t.grant_id join person p on p.id = g.person_id";

    static final String ADD_ACCESS =
            """
            insert into access_token (lookup, grant_id, serial, scope, expires_at, wrap, mac)
                values (?1, ?2, (select coalesce(max(serial), 0) + 1 from access_token
                    where grant_id = ?2), ?3, ?4, ?5, ?6)
            """;
    static final String ADD_REFRESH =
            """
            insert into refresh_token (lookup, grant_id, serial, expires_at, wrap, mac)
                values (?1, ?2, (select coalesce(max(serial), 0) + 1 from refresh_token
                    where grant_id = ?2), ?3, ?4, ?5)
            """;

    /**
     * Nobody else retired it, its grant has not ended, and its row is the one that was known: that
     * may have been read long ago, and a row whose grant ended has no wrap, one that was retired
     * has half a MAC, whatever else a writer to the database puts back.
     */
    static final String RETIRE_REFRESH =
            """
            update refresh_token set retired_at = ?1, successor_seal = ?2,
                wrap = iif(?2 is null, null, wrap), mac = substr(mac, -?3)
                where grant_id = ?4 and serial = ?5 and lookup = ?6 and retired_at is null
                    and mac = ?7 and wrap = ?8
                    and exists (select 1 from access_grant where id = ?4 and ended_at is null)
            """;

    /** Among the grant's, from the newest on, which it mostly is. */
    static final String OF_ITS_GRANT =
            " where t.grant_id = ? and t.lookup = ? order by t.serial desc limit 1";

    static final String FIND_ACCESS =
            "select t.scope as token_scope, t.expires_at, t.mac as token_mac, "
                    + GRANT_COLUMNS
                    + " from access_token t"
                    + GRANT_JOIN
                    + OF_ITS_GRANT;

    static final String FIND_REFRESH =
            "select t.serial, t.expires_at, t.retired_at, t.successor_seal, t.wrap,"
                    + " t.mac as token_mac, "
                    + GRANT_COLUMNS
                    + " from refresh_token t"
                    + GRANT_JOIN
                    + OF_ITS_GRANT;

    /**
     * A token about to be stored.
     *
     * @param wrap the grant's private key for the holder of the token
     */
    public record Stored(TokenLookup lookup, GrantId grant, Instant expiresAt, byte[] wrap) {
        private byte[] mac(Grant owner, String... columns) {
            return lookup.rowMac(row(owner, expiresAt, columns));
        }
    }

    /** An access token's row, all but its place among its grant's. */
    public record AccessRow(Stored token, Scope scope, byte[] mac) {
        public static AccessRow of(Stored token, Grant owner, Scope scope) {
            return new AccessRow(token, scope, token.mac(owner, scope.toString()));
        }
    }

    /** A refresh token's row, all but its place among its grant's. */
    public record RefreshRow(Stored token, byte[] mac) {
        public static RefreshRow of(Stored token, Grant owner) {
            return new RefreshRow(token, token.mac(owner));
        }
    }

    private static Purpose row(Grant grant, Instant expiresAt, String... columns) {
        return grant.row().and(Long.toString(expiresAt.toEpochMilli())).and(columns);
    }

    /** The grant of a token's row, or empty when the row or its grant was tampered with. */
    static Optional<Grant> verified(TokenLookup token, ResultSet row, String... columns)
            throws SQLException {
        return verified(token::isRowMac, row, columns);
    }

    private static Optional<Grant> verified(
            BiPredicate<byte[], Purpose> isMac, ResultSet row, String... columns)
            throws SQLException {
        Optional<Grant> grant = Grants.read(row);
        Instant expiresAt = Tx.instant(row, "expires_at").orElseThrow();
        byte[] mac = row.getBytes("token_mac");
        return grant.filter(found -> isMac.test(mac, row(found, expiresAt, columns)));
    }

    public void addCode(Tx tx, Stored code, String codeChallenge, String redirectUri)
            throws SQLException {
        tx.update(
                """
                insert into authorization_code (lookup, grant_id, code_challenge, redirect_uri,
                    expires_at, wrap, mac) values (?, ?, ?, ?, ?, ?, ?)
                """,
                code.lookup.bytes(),
                code.grant.value(),
                codeChallenge,
                redirectUri,
                code.expiresAt,
                code.wrap,
                code.mac(grantOf(tx, code), codeChallenge, redirectUri));
    }

    public Optional<CodeRecord> findCode(Tx tx, TokenLookup lookup) throws SQLException {
        return tx.first(
                        "select t.code_challenge, t.redirect_uri as code_redirect_uri,"
                                + " t.expires_at, t.used_at, t.failures, t.mac as token_mac, "
                                + GRANT_COLUMNS
                                + " from authorization_code t"
                                + GRANT_JOIN
                                + " where t.lookup = ?",
                        row -> readCode(lookup, row),
                        (Object) lookup.bytes())
                .flatMap(code -> code);
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

    /** Whether nobody has redeemed a code of the grant so far. */
    public boolean isUnused(Tx tx, GrantId grant) throws SQLException {
        return tx.first(
                        """
                        select 1 from access_grant where id = ?1
                            and not exists (select 1 from access_token where grant_id = ?1)
                            and not exists (select 1 from refresh_token where grant_id = ?1)
                        """,
                        row -> row.getInt(1),
                        grant.value())
                .isPresent();
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

    /**
     * Adds an access token to {@code owner}, which was read in this transaction; only its newest 64
     * are kept.
     */
    public void addAccess(Tx tx, Stored access, Grant owner, Scope scope) throws SQLException {
        add(tx, AccessRow.of(access, owner, scope));
    }

    /** As {@link #addAccess}. */
    public void add(Tx tx, AccessRow access) throws SQLException {
        String grant = access.token.grant.value();
        tx.update(
                ADD_ACCESS,
                access.token.lookup.bytes(),
                grant,
                access.scope.toString(),
                access.token.expiresAt,
                access.token.wrap,
                access.mac);
    }

    /**
     * Adds the newest refresh token of {@code owner}, which was read in this transaction; beside it
     * only 64 retired ones are kept.
     */
    public void addRefresh(Tx tx, Stored refresh, Grant owner) throws SQLException {
        add(tx, RefreshRow.of(refresh, owner));
    }

    /** As {@link #addRefresh}. */
    public void add(Tx tx, RefreshRow refresh) throws SQLException {
        String grant = refresh.token.grant.value();
        tx.update(
                ADD_REFRESH,
                refresh.token.lookup.bytes(),
                grant,
                refresh.token.expiresAt,
                refresh.token.wrap,
                refresh.mac);
    }

    /**
     * Retires the token of {@code known} in favour of {@code refresh}, which comes with {@code
     * access} and is stored for its holder only as {@code successorSeal}; without one it opens
     * nothing any more. The rows may have been made before this transaction, from what {@link
     * #findRefresh} told: what can have changed since then is looked at here, and the rest never
     * changes.
     *
     * @return false when the token was retired or its grant has ended meanwhile; nothing is changed
     */
    public boolean rotate(
            Tx tx,
            Token retired,
            RefreshRecord known,
            Optional<byte[]> successorSeal,
            AccessRow access,
            RefreshRow refresh,
            Instant now)
            throws SQLException {
        int changed =
                tx.update(
                        RETIRE_REFRESH,
                        now,
                        successorSeal.orElse(null),
                        TokenLookup.HALF_MAC_BYTES,
                        known.grant().id().value(),
                        known.serial(),
                        retired.lookup().bytes(),
                        known.mac(),
                        known.wrap().orElse(null));
        if (changed == 0) return false;
        add(tx, access);
        add(tx, refresh);
        return true;
    }

    /** The grant as it stands in this transaction, for the MAC of a token that hangs from it. */
    private static Grant grantOf(Tx tx, Stored token) throws SQLException {
        return tx.first(
                        "select "
                                + GRANT_COLUMNS
                                + " from access_grant g join person p on p.id = g.person_id"
                                + " where g.id = ?",
                        Grants::read,
                        token.grant.value())
                .flatMap(grant -> grant)
                .orElseThrow(() -> new IllegalStateException("a token without its grant"));
    }

    public Optional<RefreshRecord> findRefresh(Tx tx, Token refresh) throws SQLException {
        TokenLookup lookup = refresh.lookup();
        return tx.first(
                        FIND_REFRESH,
                        row -> readRefresh(lookup, row),
                        refresh.grantId().orElseThrow(),
                        lookup.bytes())
                .flatMap(found -> found);
    }

    /**
     * Whether some refresh token of the grant is still good: if not, the newest of its chain has
     * expired, since nobody used it.
     */
    public boolean canBeRefreshed(Tx tx, GrantId grant, Instant now) throws SQLException {
        return tx.first(
                        """
                        select 1 from refresh_token
                            where grant_id = ? and retired_at is null and expires_at > ?
                        """,
                        row -> row.getInt(1),
                        grant.value(),
                        now)
                .isPresent();
    }

    /** The grant that an access token hangs from. */
    public Optional<Grant> grantOfAccess(Tx tx, Token access) throws SQLException {
        TokenLookup lookup = access.lookup();
        return tx.first(
                        FIND_ACCESS,
                        row -> verified(lookup, row, row.getString("token_scope")),
                        access.grantId().orElseThrow(),
                        lookup.bytes())
                .flatMap(grant -> grant);
    }

    private static Optional<CodeRecord> readCode(TokenLookup lookup, ResultSet row)
            throws SQLException {
        String challenge = row.getString("code_challenge");
        String redirectUri = row.getString("code_redirect_uri");
        Optional<Grant> grant = verified(lookup, row, challenge, redirectUri);
        if (grant.isEmpty()) return Optional.empty();
        return Optional.of(
                new CodeRecord(
                        grant.get(),
                        challenge,
                        redirectUri,
                        Tx.instant(row, "expires_at").orElseThrow(),
                        Tx.instant(row, "used_at"),
                        row.getInt("failures")));
    }

    private static Optional<RefreshRecord> readRefresh(TokenLookup lookup, ResultSet row)
            throws SQLException {
        Optional<Instant> retiredAt = Tx.instant(row, "retired_at");
        Optional<Grant> grant =
                retiredAt.isPresent() ? verified(lookup::isHalfRowMac, row) : verified(lookup, row);
        if (grant.isEmpty()) return Optional.empty();
        return Optional.of(
                new RefreshRecord(
                        grant.get(),
                        row.getLong("serial"),
                        row.getBytes("token_mac"),
                        Tx.instant(row, "expires_at").orElseThrow(),
                        retiredAt,
                        Optional.ofNullable(row.getBytes("successor_seal")),
                        Optional.ofNullable(row.getBytes("wrap"))));
    }
}
