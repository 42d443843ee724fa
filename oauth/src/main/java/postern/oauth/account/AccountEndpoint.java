package postern.oauth.account;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.EndReason;
import postern.access.EndedGrant;
import postern.access.Grant;
import postern.access.GrantId;
import postern.access.LiveGrant;
import postern.access.LiveSessions;
import postern.access.Person;
import postern.access.Role;
import postern.core.Ticker;
import postern.http.FormParams;
import postern.http.HttpError;
import postern.http.RateLimiter;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.browser.Browsers;
import postern.oauth.browser.FormKind;
import postern.store.Tx;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code /account}: what may act for the signed-in person, and the way to end it. Only the session
 * says who the person is; a form says which of the person's own things is meant.
 */
final class AccountEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(AccountEndpoint.class);
    private static final int SIGN_INS = 60;
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int MAX_CALLERS = 10_000;
    private static final int MAX_ENDED = 20;
    private static final Duration ENDED_LATELY = Duration.ofDays(30);

    /** Every form of the page may be sent while the session lives. */
    private static final String SUBJECT = "account";

    private final AccountRoom room;
    private final AccountSignIn signIn;
    private final LiveSessions live;
    private final RateLimiter limiter;

    AccountEndpoint(AccountRoom room, AccountSignIn signIn, LiveSessions live, Ticker ticker) {
        this.room = room;
        this.signIn = signIn;
        this.live = live;
        this.limiter = new RateLimiter(ticker, SIGN_INS, INTERVAL, MAX_CALLERS);
    }

    Response show(Request request) {
        Instant now = room.clock().instant();
        Optional<AccountSession> session = session(request, now);
        if (session.isEmpty()) return askToSignIn(request);
        if (room.sessions().isNoteDue(session.get(), now)) note(session.get(), now);
        return room.pages().account(view(session.get(), now));
    }

    private Optional<AccountSession> session(Request request, Instant now) {
        return room.database().read(tx -> room.sessions().find(tx, request, now));
    }

    private void note(AccountSession session, Instant now) {
        room.database()
                .write(tx -> {
                    room.sessions().note(tx, session, now);
                    return null;
                });
    }

    private Response askToSignIn(Request request) {
        String mark = room.browsers().markOf(request);
        String token = room.browsers().formToken(FormKind.ACCOUNT_SIGN_IN, mark, SUBJECT);
        return room.browsers().remember(room.pages().signIn(token), mark);
    }

    private AccountView view(AccountSession session, Instant now) {
        return room.database()
                .read(tx -> {
                    Person person = room.grants().person(tx, session.personId()).orElseThrow();
                    List<AccountView.Access> accesses = new ArrayList<>();
                    for (LiveGrant grant : room.grantList().ofPerson(tx, person.id(), now)) {
                        accesses.add(
                                new AccountView.Access(
                                        grant,
                                        room.clients().find(tx, grant.grant().clientId()),
                                        live.of(grant.grant().id())));
                    }
                    List<AccountView.Unasked> unasked = new ArrayList<>();
                    for (Approvals.Remembered one : room.approvals().of(tx, person.id())) {
                        unasked.add(
                                new AccountView.Unasked(
                                        one, room.clients().find(tx, one.approval().clientId())));
                    }
                    return new AccountView(
                            person,
                            isAdministrator(person),
                            accesses,
                            unasked,
                            ended(tx, person, now),
                            formToken(session),
                            now);
                });
    }

    private List<AccountView.Ended> ended(Tx tx, Person person, Instant now) throws SQLException {
        Instant after = now.minus(ENDED_LATELY);
        List<AccountView.Ended> ended = new ArrayList<>();
        for (EndedGrant grant : room.grantList().endedOf(tx, person.id(), after, MAX_ENDED)) {
            ended.add(
                    new AccountView.Ended(
                            grant, room.clients().find(tx, grant.grant().clientId())));
        }
        return ended;
    }

    private boolean isAdministrator(Person person) {
        return room.upstream().roleOf(person).filter(Role.ADMINISTRATOR::equals).isPresent();
    }

    private String formToken(AccountSession session) {
        return room.browsers().formToken(FormKind.ACCOUNT, session.id(), SUBJECT);
    }

    Response submit(Request request) {
        room.browsers().refuseCrossSite(request);
        FormParams form = FormParams.ofBody(request);
        String action = form.single("action").orElse("");
        if (action.equals("sign-in")) return signIn(request, form);
        Instant now = room.clock().instant();
        Optional<AccountSession> session = session(request, now);
        if (session.isEmpty()) return room.pages().signedOut();
        if (!Browsers.isSame(formToken(session.get()), form.single("form_token").orElse(""))) {
            throw notOurForm();
        }
        Response back = Response.seeOther(AccountPages.PATH);
        switch (action) {
            case "revoke" -> revoke(session.get(), form, now);
            case "revoke-all" -> revokeAll(session.get(), now);
            case "end" -> endSession(session.get(), form);
            case "forget" -> forget(session.get(), form);
            case "sign-out" -> {
                signOut(session.get());
                return room.sessions().forget(back);
            }
            default -> throw HttpError.badRequest("this page has no such button", "no action");
        }
        return back;
    }

    private static HttpError notOurForm() {
        return HttpError.forbidden(
                "the form was not on a page that this browser was shown; load the page again",
                "form token does not fit");
    }

    private Response signIn(Request request, FormParams form) {
        if (!room.browsers()
                .isFormToken(
                        FormKind.ACCOUNT_SIGN_IN,
                        request,
                        SUBJECT,
                        form.single("form_token").orElse(""))) {
            throw notOurForm();
        }
        limiter.tryAcquire(request.clientNetwork())
                .ifPresent(wait -> {
                    throw HttpError.tooManyRequests(wait);
                });
        return signIn.begin(request);
    }

    private void revoke(AccountSession session, FormParams form, Instant now) {
        Optional<Grant> ended =
                room.database()
                        .write(tx -> {
                            Optional<Grant> own = own(tx, session, form);
                            if (own.isPresent()) {
                                room.grants()
                                        .end(tx, own.get().id(), EndReason.REVOKED_BY_PERSON, now);
                                room.approvals()
                                        .forgetClient(tx, session.personId(), own.get().clientId());
                            }
                            return own;
                        });
        ended.ifPresent(grant ->
                LOG.atInfo().addKeyValue("grant", grant.id()).log("oauth.account.revoked"));
    }

    /** The grant that the form names, if it is this person's: a foreign one is like none. */
    private Optional<Grant> own(Tx tx, AccountSession session, FormParams form)
            throws SQLException {
        Optional<GrantId> named = form.single("grant").flatMap(GrantId::parse);
        if (named.isEmpty()) return Optional.empty();
        return room.grants()
                .find(tx, named.get())
                .filter(grant -> grant.person().id() == session.personId());
    }

    private void revokeAll(AccountSession session, Instant now) {
        int ended =
                room.database()
                        .write(tx -> {
                            room.approvals().forgetAllOf(tx, session.personId());
                            return room.grants()
                                    .endAllOf(
                                            tx,
                                            session.personId(),
                                            EndReason.REVOKED_BY_PERSON,
                                            now);
                        });
        LOG.atInfo()
                .addKeyValue("person", session.personId())
                .addKeyValue("grants", ended)
                .log("oauth.account.revoked-all");
    }

    private void endSession(AccountSession session, FormParams form) {
        Optional<Grant> own = room.database().read(tx -> own(tx, session, form));
        own.ifPresent(grant -> live.end(grant.id(), form.single("session").orElse("")));
    }

    private void forget(AccountSession session, FormParams form) {
        room.database()
                .write(tx -> {
                    room.approvals()
                            .forget(tx, session.personId(), form.single("approval").orElse(""));
                    return null;
                });
    }

    private void signOut(AccountSession session) {
        room.database()
                .write(tx -> {
                    room.sessions().end(tx, session);
                    return null;
                });
    }
}
