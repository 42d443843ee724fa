package postern.oauth.token;

import postern.access.EndReason;
import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.RefreshRecord;
import postern.access.Scope;
import postern.access.Tokens;
import postern.core.Secret;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The grant type {@code refresh_token} with rotation (OAuth 2.1 section 4.3). A retired token
 * yields the newest token of its chain while its grace lasts, since answers get lost and hosts
 * refresh in parallel; afterwards its return ends the grant.
 */
final class RefreshExchange {
    /** Nodes and steps of the clock by NTP differ by less. */
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private final OAuthConfig config;
    private final List<RefreshCheck> checks;
    private final Database database;
    private final Grants grants;
    private final Tokens tokens;
    private final Vault vault;
    private final InstantSource clock;
    private final Successors successors;
    private final RecentTokens recent = new RecentTokens();
    private final Consumer<Token> before;

    RefreshExchange(
            OAuthConfig config,
            List<RefreshCheck> checks,
            Database database,
            Grants grants,
            Tokens tokens,
            Vault vault,
            InstantSource clock) {
        this(config, checks, database, grants, tokens, vault, clock, token -> {});
    }

    /**
     * @param before is told of each token of ours before it is judged, and may end its grant
     */
    RefreshExchange(
            OAuthConfig config,
            List<RefreshCheck> checks,
            Database database,
            Grants grants,
            Tokens tokens,
            Vault vault,
            InstantSource clock,
            Consumer<Token> before) {
        this.before = before;
        this.config = config;
        this.checks = List.copyOf(checks);
        this.database = database;
        this.grants = grants;
        this.tokens = tokens;
        this.vault = vault;
        this.clock = clock;
        this.successors = new Successors(config, database, grants, tokens, vault);
        grants.listen(recent::forget);
    }

    private sealed interface Outcome {
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
        before.accept(presented);
        Instant now = clock.instant();
        Optional<Issued> rotated =
                recent.take(presented)
                        .flatMap(record -> rotate(presented, record, client, form, now))
                        .or(() ->
                                database.read(tx -> tokens.findRefresh(tx, presented))
                                        .flatMap(record ->
                                                rotate(presented, record, client, form, now)));
        if (rotated.isPresent()) return rotated.get();
        Outcome outcome = database.write(tx -> refuse(tx, presented, client, form, now));
        return switch (outcome) {
            case Outcome.InGrace(RefreshRecord record) ->
                    repeat(presented, record, client, form, now);
            case Outcome.Reused() -> throw RefreshChecks.notValid("reused; the grant has ended");
            case Outcome.Refused(OAuthError error) -> throw error;
        };
    }

    /** Empty when something speaks against it; nothing was changed then. */
    private Optional<Issued> rotate(
            Token presented, RefreshRecord known, Client client, FormParams form, Instant now) {
        Optional<Prepared> prepared = prepare(presented, new Renewal(known, client, form, now));
        boolean rotated =
                prepared.isPresent()
                        && database.writeTogether(tx -> prepared.get().rotate(tx, presented, now));
        if (!rotated) return Optional.empty();
        recent.add(prepared.get().refresh.token().lookup(), prepared.get().successor());
        return Optional.of(prepared.get().issued);
    }

    /**
     * A rotation of a token that passed every check, made before the transaction that stores it:
     * the writer's time is everybody's.
     *
     * @param successorSeal empty without a grace: then nobody may ever read a successor with its
     *     predecessor
     */
    private record Prepared(
            Tokens tokens,
            RefreshRecord known,
            Optional<byte[]> successorSeal,
            Tokens.AccessRow access,
            Tokens.RefreshRow refresh,
            Issued issued) {
        /** False when the token was retired or its grant has ended since it was looked at. */
        private boolean rotate(Tx tx, Token presented, Instant now) throws SQLException {
            return tokens.rotate(tx, presented, known, successorSeal, access, refresh, now);
        }

        /** As the database has the new token once it is stored. */
        private RefreshRecord successor() {
            return new RefreshRecord(
                    known.grant(),
                    known.serial() + 1,
                    refresh.mac(),
                    refresh.token().expiresAt(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(refresh.token().wrap()));
        }
    }

    private Optional<Prepared> prepare(Token presented, Renewal attempt) {
        RefreshRecord known = attempt.token();
        if (known.retiredAt().isPresent() || refusal(attempt).isPresent()) return Optional.empty();
        return FreshTokens.openedWith(presented, known, grants, vault, true)
                .map(fresh -> {
                    Grant grant = known.grant();
                    Scope scope = RefreshChecks.scope(attempt);
                    Instant now = attempt.now();
                    return new Prepared(
                            tokens,
                            known,
                            successors.seal(presented, fresh, known, now),
                            fresh.accessRow(config, grant, scope, now),
                            fresh.refreshRow(config, grant, now),
                            fresh.issued(config, grant, scope, now));
                });
    }

    private Optional<OAuthError> refusal(Renewal attempt) {
        try {
            checks.forEach(check -> check.check(attempt));
            return Optional.empty();
        } catch (OAuthError refused) {
            return Optional.of(refused);
        }
    }

    /** What is to be said of a token that was not rotated, as things stand in {@code tx}. */
    private Outcome refuse(Tx tx, Token presented, Client client, FormParams form, Instant now)
            throws SQLException {
        RefreshRecord record = tokens.findRefresh(tx, presented).orElse(null);
        if (record == null) return forgotten(tx, presented, client, now);
        Optional<OAuthError> refusal = refusal(new Renewal(record, client, form, now));
        if (refusal.isPresent()) return new Outcome.Refused(refusal.get());
        if (record.retiredAt().isPresent()) return retired(tx, record, now);
        boolean live = record.grant().isLive(now);
        return new Outcome.Refused(
                RefreshChecks.notValid(live ? "its key does not open" : "grant has ended"));
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
        if (now.isBefore(retiredAt.minus(CLOCK_SKEW))) {
            // a grace that is over must not come back, and nobody has stolen anything
            return new Outcome.Refused(
                    RefreshChecks.notValid("retired, and the clock has gone back since"));
        }
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
        Secret newest = successors.newest(presented, record);
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
}
