package postern.oauth.token;

import postern.access.CodeRecord;
import postern.access.EndReason;
import postern.access.Grants;
import postern.access.Tokens;
import postern.http.FormParams;
import postern.oauth.OAuthConfig;
import postern.oauth.OAuthError;
import postern.oauth.RequiredParameter;
import postern.oauth.client.Client;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The grant type {@code authorization_code} (OAuth 2.1 section 4.1.3). */
final class CodeExchange {
    private final OAuthConfig config;
    private final List<CodeCheck> checks;
    private final Database database;
    private final Grants grants;
    private final Tokens tokens;
    private final Vault vault;
    private final InstantSource clock;

    CodeExchange(
            OAuthConfig config,
            List<CodeCheck> checks,
            Database database,
            Grants grants,
            Tokens tokens,
            Vault vault,
            InstantSource clock) {
        this.config = config;
        this.checks = List.copyOf(checks);
        this.database = database;
        this.grants = grants;
        this.tokens = tokens;
        this.vault = vault;
        this.clock = clock;
    }

    private sealed interface Outcome {
        record Redeemed(Issued issued) implements Outcome {}

        record Replayed() implements Outcome {}

        record Refused(OAuthError error) implements Outcome {}
    }

    Issued redeem(Client client, FormParams form) {
        String text = RequiredParameter.of(form, "code");
        Token code =
                vault.recognise(TokenKind.CODE, text)
                        .orElseThrow(() -> CodeChecks.notValid("not one of our codes"));
        CodeRecord known =
                database.read(tx -> tokens.findCode(tx, code.lookup()))
                        .orElseThrow(() -> CodeChecks.notValid("unknown code"));
        Optional<FreshTokens> fresh =
                FreshTokens.openedWith(
                        code,
                        known.grant(),
                        grants,
                        vault,
                        client.grantTypes().contains("refresh_token"));
        Instant now = clock.instant();
        // committed first and judged afterwards: what a refusal has to record must stay recorded
        Outcome outcome = database.write(tx -> spend(tx, code, client, form, fresh, now));
        return switch (outcome) {
            case Outcome.Redeemed(Issued issued) -> issued;
            case Outcome.Replayed() -> throw CodeChecks.notValid("replayed; the grant has ended");
            case Outcome.Refused(OAuthError error) -> throw error;
        };
    }

    private Outcome spend(
            Tx tx,
            Token code,
            Client client,
            FormParams form,
            Optional<FreshTokens> fresh,
            Instant now)
            throws SQLException {
        CodeRecord record = tokens.findCode(tx, code.lookup()).orElse(null);
        if (record == null) return new Outcome.Refused(CodeChecks.notValid("code was purged"));
        var attempt = new Redemption(record, client, form, now);
        try {
            checks.forEach(check -> check.check(attempt));
        } catch (OAuthError refused) {
            boolean expired = !now.isBefore(record.expiresAt());
            // a clock that jumps back must not revive what was seen expired
            int weight = expired ? CodeChecks.MAX_FAILURES : 1;
            tokens.countCodeFailure(tx, code.lookup(), weight);
            return new Outcome.Refused(refused);
        }
        if (fresh.isEmpty() || !tokens.spendCode(tx, code.lookup(), now)) {
            grants.end(tx, record.grant().id(), EndReason.CODE_REPLAYED, now);
            return new Outcome.Replayed();
        }
        fresh.get().store(tx, tokens, config, record.grant(), record.grant().scope(), now);
        return new Outcome.Redeemed(
                fresh.get().issued(config, record.grant(), record.grant().scope(), now));
    }
}
