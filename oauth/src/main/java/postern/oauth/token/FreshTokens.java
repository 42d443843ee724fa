package postern.oauth.token;

import postern.access.Grant;
import postern.access.Grants;
import postern.access.RefreshRecord;
import postern.access.Scope;
import postern.access.Tokens;
import postern.core.Secret;
import postern.oauth.OAuthConfig;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.GrantSeal;
import postern.vault.Token;
import postern.vault.Vault;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tokens made ready before the database transaction that stores them, because wrapping a key for
 * them takes longer than the writer should wait.
 */
record FreshTokens(
        Token access, byte[] accessWrap, Optional<Token> refresh, Optional<byte[]> refreshWrap) {
    /**
     * Tokens of {@code grant} for the holder of {@code presented}. Empty when its key does not open
     * any more: the token was spent, its grace is over, or the grant has ended.
     */
    static Optional<FreshTokens> openedWith(
            Token presented, Grant grant, Grants grants, Vault vault, boolean withRefresh) {
        try (Secret key = grants.privateKey(presented, grant.id())) {
            return Optional.of(mint(vault, grants.seal(), key, grant, withRefresh));
        } catch (CannotOpen erased) {
            return Optional.empty();
        }
    }

    /** As {@link #openedWith}, from what was read of a refresh token. */
    static Optional<FreshTokens> openedWith(
            Token presented, RefreshRecord known, Grants grants, Vault vault, boolean withRefresh) {
        if (known.wrap().isEmpty()) return Optional.empty();
        Grant grant = known.grant();
        try (Secret key = grants.seal().unwrap(known.wrap().get(), presented, grant.id().value())) {
            return Optional.of(mint(vault, grants.seal(), key, grant, withRefresh));
        } catch (CannotOpen changed) {
            return Optional.empty();
        }
    }

    private static FreshTokens mint(
            Vault vault, GrantSeal seal, Secret privateKey, Grant grant, boolean withRefresh) {
        String id = grant.id().value();
        Token access = vault.mintAccess(id);
        Optional<Token> refresh =
                withRefresh ? Optional.of(vault.mintRefresh(id)) : Optional.empty();
        return new FreshTokens(
                access,
                seal.wrap(privateKey, access, id),
                refresh,
                refresh.map(token -> seal.wrap(privateKey, token, id)));
    }

    Tokens.AccessRow accessRow(OAuthConfig config, Grant grant, Scope scope, Instant now) {
        Instant end = now.plus(accessLife(config, grant, now));
        return Tokens.AccessRow.of(
                new Tokens.Stored(access.lookup(), grant.id(), end, accessWrap), grant, scope);
    }

    /** Only when one was made. */
    Tokens.RefreshRow refreshRow(OAuthConfig config, Grant grant, Instant now) {
        Instant idle = now.plus(config.refreshIdle());
        Instant end = idle.isBefore(grant.expiresAt()) ? idle : grant.expiresAt();
        return Tokens.RefreshRow.of(
                new Tokens.Stored(
                        refresh.orElseThrow().lookup(), grant.id(), end, refreshWrap.orElseThrow()),
                grant);
    }

    /**
     * @param grant as read in {@code tx}
     */
    void store(Tx tx, Tokens tokens, OAuthConfig config, Grant grant, Scope scope, Instant now)
            throws SQLException {
        tokens.add(tx, accessRow(config, grant, scope, now));
        if (refresh.isPresent()) tokens.add(tx, refreshRow(config, grant, now));
    }

    Issued issued(OAuthConfig config, Grant grant, Scope scope, Instant now) {
        return new Issued(
                access.text(), accessLife(config, grant, now), refresh.map(Token::text), scope);
    }

    private static Duration accessLife(OAuthConfig config, Grant grant, Instant now) {
        Duration left = Duration.between(now, grant.expiresAt());
        return left.compareTo(config.accessLife()) < 0 ? left : config.accessLife();
    }
}
