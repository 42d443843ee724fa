package postern.oauth.token;

import postern.access.EndReason;
import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.RefreshRecord;
import postern.access.Tokens;
import postern.core.Secret;
import postern.http.FormParams;
import postern.oauth.OAuthConfig;
import postern.oauth.OAuthError;
import postern.oauth.RequiredParameter;
import postern.oauth.client.Client;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The grant type {@code refresh_token} with rotation (OAuth 2.1 section 4.3). A retired token
 * yields the newest token of its chain while its grace lasts, since answers get lost and hosts
 * refresh in parallel; afterwards its return ends the grant.
 */
final class RefreshExchange {
    /** More than a grant has refresh tokens. */
    private static final int MAX_CHAIN = 1_000;

    private final OAuthConfig config;
    private final List<RefreshCheck> checks;
    private final Database database;
    private final Grants grants;
    private final Tokens tokens;
    private final Vault vault;
    private final InstantSource clock;

    RefreshExchange(
            OAuthConfig config,
            List<RefreshCheck> checks,
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
        record Rotated(Issued issued) implements Outcome {}

        /** Retired a short while ago; the newest of its chain is to be answered. */
        record InGrace(RefreshRecord record) implements Outcome {}

        record Reused() implements Outcome {}

        record Refused(OAuthError error) implements Outcome {}
    }

    Issued rotate(Client client, FormParams form) {
        String text = RequiredParameter.of(form, "refresh_token");
        Token presented =
                vault.recognise(TokenKind.REFRESH, text)
                        .orElseThrow(() -> RefreshChecks.notValid("not one of our refresh tokens"));
        Optional<RefreshRecord> known =
                database.read(tx -> tokens.findRefresh(tx, presented.lookup()));
        Instant now = clock.instant();
        Optional<Prepared> prepared = known.flatMap(record -> prepare(presented, record, now));
        Outcome outcome = database.write(tx -> spend(tx, presented, client, form, prepared, now));
        return switch (outcome) {
            case Outcome.Rotated(Issued issued) -> issued;
            case Outcome.InGrace(RefreshRecord record) ->
                    repeat(presented, record, client, form, now);
            case Outcome.Reused() -> throw RefreshChecks.notValid("reused; the grant has ended");
            case Outcome.Refused(OAuthError error) -> throw error;
        };
    }

    /** A successor opens only with the time that its seal was made for: no grace is extended. */
    private static String moment(Instant retiredAt) {
        return Long.toString(retiredAt.toEpochMilli());
    }

    /**
     * What a rotation stores, made before the transaction.
     *
     * @param successorSeal empty without a grace: then nobody may ever read a successor with its
     *     predecessor
     */
    private record Prepared(FreshTokens fresh, Optional<byte[]> successorSeal) {}

    private Optional<Prepared> prepare(Token presented, RefreshRecord known, Instant now) {
        if (known.retiredAt().isPresent()) return Optional.empty();
        return FreshTokens.openedWith(presented, known, grants, vault, true)
                .map(fresh -> new Prepared(fresh, sealed(presented, fresh, known, now)));
    }

    private Optional<byte[]> sealed(
            Token presented, FreshTokens fresh, RefreshRecord known, Instant now) {
        if (config.refreshGrace().isZero()) return Optional.empty();
        Token successor = fresh.refresh().orElseThrow();
        String grant = known.grant().id().value();
        return Optional.of(grants.seal().sealSuccessor(presented, successor, grant, moment(now)));
    }

    private Outcome spend(
            Tx tx,
            Token presented,
            Client client,
            FormParams form,
            Optional<Prepared> prepared,
            Instant now)
            throws SQLException {
        RefreshRecord record = tokens.findRefresh(tx, presented.lookup()).orElse(null);
        if (record == null) return forgotten(tx, presented, client, now);
        var attempt = new Renewal(record, client, form, now);
        try {
            checks.forEach(check -> check.check(attempt));
        } catch (OAuthError refused) {
            return new Outcome.Refused(refused);
        }
        if (record.retiredAt().isPresent()) return retired(tx, record, now);
        if (prepared.isEmpty()) {
            return new Outcome.Refused(RefreshChecks.notValid("its key does not open"));
        }
        FreshTokens fresh = prepared.get().fresh();
        tokens.retireRefresh(tx, presented.lookup(), prepared.get().successorSeal(), now);
        fresh.store(tx, tokens, config, record.grant(), RefreshChecks.scope(attempt), now);
        return new Outcome.Rotated(
                fresh.issued(config, record.grant(), RefreshChecks.scope(attempt), now));
    }

    /**
     * Without a row, but its text proves that it was issued for a grant. Where its chain goes on,
     * it was retired long ago, and its return ends the grant like any other reuse (OAuth 2.1
     * section 4.3.1). Where the chain has expired unused, the grant is over because of that.
     */
    private Outcome forgotten(Tx tx, Token presented, Client client, Instant now)
            throws SQLException {
        var id = new GrantId(presented.grantId().orElseThrow());
        boolean own =
                grants.find(tx, id)
                        .filter(grant -> grant.isLive(now))
                        .filter(grant -> grant.clientId().equals(client.id()))
                        .isPresent();
        if (!own) {
            return new Outcome.Refused(
                    RefreshChecks.notValid("of an ended grant or of another client"));
        }
        if (!tokens.canBeRefreshed(tx, id, now)) {
            grants.end(tx, id, EndReason.EXPIRED, now);
            return new Outcome.Refused(
                    RefreshChecks.notValid("refresh token has expired; the grant has ended"));
        }
        grants.end(tx, id, EndReason.REFRESH_TOKEN_REPLAYED, now);
        return new Outcome.Reused();
    }

    private Outcome retired(Tx tx, RefreshRecord record, Instant now) throws SQLException {
        Instant retiredAt = record.retiredAt().orElseThrow();
        boolean inGrace =
                now.isBefore(retiredAt.plus(config.refreshGrace()))
                        && record.successorSeal().isPresent();
        if (inGrace) return new Outcome.InGrace(record);
        grants.end(tx, record.grant().id(), EndReason.REFRESH_TOKEN_REPLAYED, now);
        return new Outcome.Reused();
    }

    /**
     * Answers a repeated request with the newest refresh token of the chain and a new access token.
     */
    private Issued repeat(
            Token presented, RefreshRecord record, Client client, FormParams form, Instant now) {
        FreshTokens fresh =
                FreshTokens.openedWith(presented, record, grants, vault, false)
                        .orElseThrow(() -> RefreshChecks.notValid("its grace has just ended"));
        Secret newest = newest(presented, record);
        var attempt = new Renewal(record, client, form, now);
        boolean stored =
                database.write(tx -> {
                    Optional<Grant> live =
                            grants.find(tx, record.grant().id()).filter(grant -> grant.isLive(now));
                    if (live.isPresent()) {
                        fresh.store(
                                tx, tokens, config, live.get(), RefreshChecks.scope(attempt), now);
                    }
                    return live.isPresent();
                });
        if (!stored) throw RefreshChecks.notValid("grant has ended meanwhile");
        Issued issued = fresh.issued(config, record.grant(), RefreshChecks.scope(attempt), now);
        return new Issued(issued.accessToken(), issued.life(), Optional.of(newest), issued.scope());
    }

    /** Each token of a chain opens the next one; the last has no successor. */
    private Secret newest(Token presented, RefreshRecord record) {
        Token token = presented;
        RefreshRecord at = record;
        for (int step = 0; step < MAX_CHAIN && at.successorSeal().isPresent(); step++) {
            Token next = successor(token, at);
            at =
                    database.read(tx -> tokens.findRefresh(tx, next.lookup()))
                            .orElseThrow(() -> RefreshChecks.notValid("its chain has gone on"));
            token = next;
        }
        return token.text();
    }

    /**
     * @param retired what is known of {@code token}, with a seal
     */
    private Token successor(Token token, RefreshRecord retired) {
        String grant = retired.grant().id().value();
        byte[] seal = retired.successorSeal().orElseThrow();
        String moment = retired.retiredAt().map(RefreshExchange::moment).orElse("");
        try {
            Secret text = grants.seal().openSuccessor(seal, token, grant, moment);
            return text.useText(plain -> vault.recognise(TokenKind.REFRESH, plain)).orElseThrow();
        } catch (CannotOpen damaged) {
            throw RefreshChecks.notValid("a successor does not open");
        }
    }
}
