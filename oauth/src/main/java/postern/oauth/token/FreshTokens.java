package postern.oauth.token;

import postern.access.Grant;
import postern.access.Scope;
import postern.access.Tokens;
import postern.core.Secret;
import postern.oauth.OAuthConfig;
import postern.store.Tx;
import postern.vault.GrantSeal;
import postern.vault.Token;
import postern.vault.TokenKind;
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
    static FreshTokens mint(
            Vault vault, GrantSeal seal, Secret privateKey, Grant grant, boolean withRefresh) {
        String id = grant.id().value();
        Token access = vault.mint(TokenKind.ACCESS);
        Optional<Token> refresh =
                withRefresh ? Optional.of(vault.mint(TokenKind.REFRESH)) : Optional.empty();
        return new FreshTokens(
                access,
                seal.wrap(privateKey, access, id),
                refresh,
                refresh.map(token -> seal.wrap(privateKey, token, id)));
    }

    void store(Tx tx, Tokens tokens, OAuthConfig config, Grant grant, Scope scope, Instant now)
            throws SQLException {
        tokens.addAccess(
                tx,
                new Tokens.Stored(
                        access.lookup(),
                        grant.id(),
                        now.plus(accessLife(config, grant, now)),
                        accessWrap),
                scope);
        if (refresh.isPresent()) {
            Instant idle = now.plus(config.refreshIdle());
            Instant end = idle.isBefore(grant.expiresAt()) ? idle : grant.expiresAt();
            tokens.addRefresh(
                    tx,
                    new Tokens.Stored(
                            refresh.get().lookup(), grant.id(), end, refreshWrap.orElseThrow()));
        }
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
