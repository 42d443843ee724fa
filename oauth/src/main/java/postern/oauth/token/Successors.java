package postern.oauth.token;

import postern.access.Grants;
import postern.access.RefreshRecord;
import postern.access.Tokens;
import postern.core.Secret;
import postern.oauth.OAuthConfig;
import postern.store.Database;
import postern.vault.CannotOpen;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.time.Instant;
import java.util.Optional;

/** From a retired refresh token to the newest of its chain, while its grace lasts. */
final class Successors {
    /** More than a grant has refresh tokens. */
    private static final int MAX_CHAIN = 1_000;

    private final OAuthConfig config;
    private final Database database;
    private final Grants grants;
    private final Tokens tokens;
    private final Vault vault;

    Successors(OAuthConfig config, Database database, Grants grants, Tokens tokens, Vault vault) {
        this.config = config;
        this.database = database;
        this.grants = grants;
        this.tokens = tokens;
        this.vault = vault;
    }

    /**
     * The text of {@code fresh}'s refresh token, readable with the one that it replaces. Empty
     * without a grace: then nobody may ever read a successor with its predecessor.
     *
     * @param now when the token is retired
     */
    Optional<byte[]> seal(Token retired, FreshTokens fresh, RefreshRecord known, Instant now) {
        if (config.refreshGrace().isZero()) return Optional.empty();
        Token successor = fresh.refresh().orElseThrow();
        String grant = known.grant().id().value();
        return Optional.of(grants.seal().sealSuccessor(retired, successor, grant, moment(now)));
    }

    /** Each token of a chain opens the next one; the last has no successor. */
    Secret newest(Token presented, RefreshRecord record) {
        Token token = presented;
        RefreshRecord at = record;
        for (int step = 0; step < MAX_CHAIN && at.successorSeal().isPresent(); step++) {
            Token next = open(token, at);
            at =
                    database.read(tx -> tokens.findRefresh(tx, next))
                            .orElseThrow(() -> RefreshChecks.notValid("its chain has gone on"));
            token = next;
        }
        return token.text();
    }

    /**
     * @param retired what is known of {@code token}, with a seal
     */
    private Token open(Token token, RefreshRecord retired) {
        String grant = retired.grant().id().value();
        byte[] seal = retired.successorSeal().orElseThrow();
        String moment = retired.retiredAt().map(Successors::moment).orElse("");
        try {
            Secret text = grants.seal().openSuccessor(seal, token, grant, moment);
            return text.useText(plain -> vault.recognise(TokenKind.REFRESH, plain)).orElseThrow();
        } catch (CannotOpen damaged) {
            throw RefreshChecks.notValid("a successor does not open");
        }
    }

    /** A successor opens only with the time that its seal was made for: no grace is extended. */
    private static String moment(Instant retiredAt) {
        return Long.toString(retiredAt.toEpochMilli());
    }
}
