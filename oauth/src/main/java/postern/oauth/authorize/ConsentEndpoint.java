package postern.oauth.authorize;

import postern.access.EndReason;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Scope;
import postern.access.Tokens;
import postern.core.Secret;
import postern.forge.Upstream;
import postern.http.FormParams;
import postern.http.HttpError;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.OAuthError;
import postern.oauth.SignInAddress;
import postern.oauth.account.Approvals;
import postern.oauth.authorize.Transaction.Status;
import postern.oauth.browser.Browsers;
import postern.oauth.browser.FormKind;
import postern.oauth.browser.Trip;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.Vault;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code POST /oauth/consent}: the person's answer. Only the decision and the narrowing come from
 * the form; everything else stands in the table.
 */
final class ConsentEndpoint {
    private final Database database;
    private final Transactions transactions;
    private final Browsers browsers;
    private final Upstream upstream;
    private final Grants grants;
    private final Tokens tokens;
    private final Vault vault;
    private final InstantSource clock;
    private final Pages pages;
    private final ClientRedirect redirect;
    private final SignInLimit limit;

    ConsentEndpoint(AuthorizeRoom room, SignInLimit limit) {
        this.database = room.database();
        this.transactions = room.transactions();
        this.browsers = room.browsers();
        this.upstream = room.upstream();
        this.grants = room.grants();
        this.tokens = room.tokens();
        this.vault = room.vault();
        this.clock = room.clock();
        this.pages = room.pages();
        this.redirect = room.redirect();
        this.limit = limit;
    }

    Response handle(Request request) {
        limit.count(request);
        browsers.refuseCrossSite(request);
        FormParams form = FormParams.ofBody(request);
        String id = form.single("transaction").orElse("");
        if (!browsers.isFormToken(
                FormKind.CONSENT, request, id, form.single("form_token").orElse(""))) {
            throw HttpError.forbidden(
                    "the form was not on a page that this browser was shown; perhaps it keeps no"
                            + " cookies",
                    "form token does not fit");
        }
        byte[] idHash = vault.keyedHash("transaction", id);
        return switch (form.single("decision").orElse("")) {
            case "allow" ->
                    allow(
                            request,
                            idHash,
                            form.single("access").equals(Optional.of("read")),
                            form.single("remember").equals(Optional.of("yes")));
            case "deny" -> deny(request, idHash);
            default -> throw HttpError.badRequest("choose Allow or Deny", "no decision");
        };
    }

    private Response allow(Request request, byte[] idHash, boolean onlyReading, boolean remember) {
        Trip trip = browsers.newTrip();
        Secret verifier = Secret.ofUtf8(browsers.randomText());
        String signIn = SignInAddress.of(upstream, trip, verifier);
        Instant now = clock.instant();
        boolean sent =
                database.write(tx -> {
                    Optional<Transaction> found =
                            transactions
                                    .find(tx, idHash, now)
                                    .filter(transaction -> isOf(request, transaction))
                                    .filter(t -> t.status().leadsTo(Status.UPSTREAM));
                    if (found.isEmpty() || !takesBack(tx, found.get(), now)) return false;
                    Transaction agreed = found.get();
                    transactions.sendUpstream(
                            tx,
                            agreed.sent(
                                    onlyReading ? Scope.READ_ONLY : agreed.scope(),
                                    remember && Approvals.mayBeRemembered(agreed.redirectUri())),
                            vault.keyedHash("upstream-state", trip.proof()),
                            verifier);
                    return true;
                });
        if (!sent) return pages.over(400);
        return browsers.send(Response.seeOther(signIn), trip);
    }

    /**
     * A form that was sent twice: browsers show the answer to the last time only, so what the
     * former led to reaches nobody and makes room. False when the client has used it.
     */
    private boolean takesBack(Tx tx, Transaction transaction, Instant now) throws SQLException {
        boolean ledSomewhere =
                transaction.status() == Status.REVIEW || transaction.status() == Status.DONE;
        if (!ledSomewhere) return true;
        Optional<GrantId> grant = transactions.grantOf(tx, transaction);
        return grant.isPresent()
                && tokens.isUnused(tx, grant.get())
                && grants.end(tx, grant.get(), EndReason.SENT_AGAIN, now);
    }

    /** Also after "Allow", as long as the client has not used what that led to. */
    private Response deny(Request request, byte[] idHash) {
        Instant now = clock.instant();
        Optional<Transaction> denied =
                database.write(tx -> {
                    Optional<Transaction> found =
                            transactions
                                    .find(tx, idHash, now)
                                    .filter(transaction -> isOf(request, transaction));
                    if (found.isEmpty() || !takesBack(tx, found.get(), now)) {
                        return Optional.empty();
                    }
                    transactions.finish(tx, found.get());
                    return found;
                });
        if (denied.isEmpty()) return pages.over(400);
        return redirect.error(
                denied.get().redirectUri(),
                denied.get().state(),
                new OAuthError(
                        OAuthError.Code.ACCESS_DENIED, "the person said no", "denied at consent"));
    }

    private boolean isOf(Request request, Transaction transaction) {
        return browsers.hashOf(request)
                .filter(hash -> Arrays.equals(hash, transaction.browserHash()))
                .isPresent();
    }
}
