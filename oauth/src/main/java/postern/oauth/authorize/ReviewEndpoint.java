package postern.oauth.authorize;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.CodeRecord;
import postern.access.EndReason;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Tokens;
import postern.core.Secret;
import postern.http.FormParams;
import postern.http.HttpError;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.OAuthConfig;
import postern.oauth.OAuthError;
import postern.oauth.account.AccountSessions;
import postern.oauth.authorize.Transaction.Status;
import postern.oauth.browser.Browsers;
import postern.oauth.browser.FormKind;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code POST /oauth/review}: the answer to the second page. Its ticket opens the grant that waits,
 * and only the browser that signed in may present it.
 */
final class ReviewEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(ReviewEndpoint.class);

    private final OAuthConfig config;
    private final Database database;
    private final Transactions transactions;
    private final Browsers browsers;
    private final AccountSessions sessions;
    private final Grants grants;
    private final Tokens tokens;
    private final Issuance issuance;
    private final Vault vault;
    private final InstantSource clock;
    private final Pages pages;
    private final ClientRedirect redirect;

    ReviewEndpoint(AuthorizeRoom room) {
        this.config = room.config();
        this.database = room.database();
        this.transactions = room.transactions();
        this.browsers = room.browsers();
        this.sessions = room.account().sessions();
        this.grants = room.grants();
        this.tokens = room.tokens();
        this.issuance = room.issuance();
        this.vault = room.vault();
        this.clock = room.clock();
        this.pages = room.pages();
        this.redirect = room.redirect();
    }

    /** A ticket with what it belongs to. */
    private record Presented(Token ticket, CodeRecord record, Transaction transaction) {
        GrantId grant() {
            return record.grant().id();
        }
    }

    /** A code ready to be stored when the ticket is spent. */
    private record Prepared(Token code, byte[] wrap, byte[] sealedForTicket) {}

    Response handle(Request request) {
        browsers.refuseCrossSite(request);
        FormParams form = FormParams.ofBody(request);
        Optional<Presented> presented = find(form.single("ticket").orElse(""));
        if (presented.isEmpty()) return pages.over(400);
        Transaction transaction = presented.get().transaction();
        if (!isOf(request, transaction)
                || !browsers.isFormToken(
                        FormKind.REVIEW,
                        request,
                        transaction.idText(),
                        form.single("form_token").orElse(""))) {
            throw HttpError.forbidden(
                    "the form was not on a page that this browser was shown",
                    "form token does not fit");
        }
        return switch (form.single("decision").orElse("")) {
            case "continue" -> goOn(request, presented.get());
            case "cancel" -> cancel(presented.get());
            default -> throw HttpError.badRequest("choose Continue or Cancel", "no decision");
        };
    }

    private Optional<Presented> find(String text) {
        Optional<Token> ticket = vault.recognise(TokenKind.CODE, text);
        if (ticket.isEmpty()) return Optional.empty();
        Instant now = clock.instant();
        return database.read(tx -> {
            Optional<CodeRecord> record =
                    tokens.findCode(tx, ticket.get().lookup())
                            .filter(one -> one.codeChallenge().equals(Issuance.TICKET_CHALLENGE));
            if (record.isEmpty()) return Optional.empty();
            return transactions
                    .findReview(tx, record.get().grant().id(), now)
                    .map(found -> new Presented(ticket.get(), record.get(), found));
        });
    }

    private boolean isOf(Request request, Transaction transaction) {
        return browsers.hashOf(request)
                .filter(hash -> Arrays.equals(hash, transaction.browserHash()))
                .isPresent();
    }

    private Response goOn(Request request, Presented presented) {
        Optional<Prepared> prepared = prepare(presented);
        String session = sessions.newId();
        Instant now = clock.instant();
        boolean spent =
                prepared.isPresent()
                        && database.write(
                                tx -> spend(tx, request, presented, prepared.get(), session, now));
        Transaction transaction = presented.transaction();
        if (spent) {
            String code = prepared.get().code().text().useText(text -> text);
            LOG.atInfo().addKeyValue("grant", presented.grant()).log("oauth.review.confirmed");
            return sessions.remember(
                    redirect.success(transaction.redirectUri(), transaction.state(), code),
                    session);
        }
        return again(presented, now)
                .map(code -> redirect.success(transaction.redirectUri(), transaction.state(), code))
                .orElseGet(() -> pages.over(400));
    }

    /** Outside of the database transaction: opening and wrapping take long. */
    private Optional<Prepared> prepare(Presented presented) {
        String grant = presented.grant().value();
        try (Secret key = grants.privateKey(presented.ticket(), presented.grant())) {
            Token code = vault.mintCode();
            return Optional.of(
                    new Prepared(
                            code,
                            grants.seal().wrap(key, code, grant),
                            grants.seal().sealSuccessor(presented.ticket(), code, grant)));
        } catch (CannotOpen spentOrEnded) {
            return Optional.empty();
        }
    }

    private boolean spend(
            Tx tx,
            Request request,
            Presented presented,
            Prepared prepared,
            String session,
            Instant now)
            throws SQLException {
        Optional<Transaction> waiting = waiting(tx, presented, now);
        if (waiting.isEmpty() || !tokens.spendCode(tx, presented.ticket().lookup(), now)) {
            return false;
        }
        Transaction transaction = waiting.get();
        Instant end = now.plus(config.codeLife());
        tokens.addCode(
                tx,
                new Tokens.Stored(
                        prepared.code().lookup(), presented.grant(), end, prepared.wrap()),
                transaction.codeChallenge(),
                transaction.redirectUri());
        transactions.answer(tx, transaction, Optional.of(prepared.sealedForTicket()), end);
        long person = presented.record().grant().person().id();
        issuance.signedIn(tx, transaction, person, request, session, now);
        return true;
    }

    /** The transaction, if its question is open and its grant is live. */
    private Optional<Transaction> waiting(Tx tx, Presented presented, Instant now)
            throws SQLException {
        boolean live =
                tokens.findCode(tx, presented.ticket().lookup())
                        .filter(ticket -> now.isBefore(ticket.expiresAt()))
                        .filter(ticket -> ticket.grant().isLive(now))
                        .isPresent();
        if (!live) return Optional.empty();
        return transactions
                .findReview(tx, presented.grant(), now)
                .filter(transaction -> transaction.status() == Status.REVIEW);
    }

    /**
     * A second click: browsers show the answer to the last one, so it leads to the same code, as
     * long as the client has not redeemed it.
     */
    private Optional<String> again(Presented presented, Instant now) {
        return database.read(tx -> {
            Optional<byte[]> sealed = transactions.answered(tx, presented.grant(), now);
            if (sealed.isEmpty()) return Optional.empty();
            String text;
            try (Secret code =
                    grants.seal()
                            .openSuccessor(
                                    sealed.get(), presented.ticket(), presented.grant().value())) {
                text = code.useText(secret -> secret);
            } catch (CannotOpen damaged) {
                return Optional.empty();
            }
            Token code = vault.recognise(TokenKind.CODE, text).orElseThrow();
            return tokens.findCode(tx, code.lookup())
                    .filter(one -> one.usedAt().isEmpty() && now.isBefore(one.expiresAt()))
                    .map(unused -> text);
        });
    }

    private Response cancel(Presented presented) {
        Instant now = clock.instant();
        boolean cancelled =
                database.write(tx -> {
                    Optional<Transaction> waiting = waiting(tx, presented, now);
                    if (waiting.isEmpty()) return false;
                    transactions.answer(tx, waiting.get(), Optional.empty(), now);
                    return grants.end(tx, presented.grant(), EndReason.NOT_CONFIRMED, now);
                });
        if (!cancelled) return pages.over(400);
        LOG.atInfo().addKeyValue("grant", presented.grant()).log("oauth.review.cancelled");
        return redirect.error(
                presented.transaction().redirectUri(),
                presented.transaction().state(),
                new OAuthError(
                        OAuthError.Code.ACCESS_DENIED, "the person said no", "denied at review"));
    }
}
