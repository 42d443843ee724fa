package postern.oauth.authorize;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.forge.NotAdmitted;
import postern.forge.SignInAnswer;
import postern.forge.SignInRequest;
import postern.forge.SignedIn;
import postern.forge.Upstream;
import postern.http.FormParams;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.OAuthError;
import postern.oauth.account.AccountSessions;
import postern.oauth.account.AccountSignIn;
import postern.oauth.authorize.Issuance.Outcome;
import postern.oauth.authorize.Transactions.Returned;
import postern.oauth.browser.Browsers;
import postern.oauth.browser.FormKind;
import postern.oauth.browser.Trip;
import postern.oauth.client.Client;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.vault.Vault;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /oauth/callback}: the browser is back from the upstream. Nothing is asked of the
 * upstream unless this browser began the transaction and comes back for the first time.
 */
final class CallbackEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackEndpoint.class);
    private static final List<String> ONCE = List.of("state", "code", "error", "iss");

    private final Database database;
    private final Transactions transactions;
    private final Browsers browsers;
    private final Upstream upstream;
    private final Issuance issuance;
    private final Vault vault;
    private final InstantSource clock;
    private final Pages pages;
    private final ClientRedirect redirect;
    private final ReviewPage reviewPage;
    private final Clients clients;
    private final AccountSessions sessions;
    private final AccountSignIn accountSignIn;

    CallbackEndpoint(AuthorizeRoom room) {
        this.database = room.database();
        this.transactions = room.transactions();
        this.browsers = room.browsers();
        this.upstream = room.upstream();
        this.issuance = room.issuance();
        this.vault = room.vault();
        this.clock = room.clock();
        this.pages = room.pages();
        this.redirect = room.redirect();
        this.reviewPage = room.reviewPage();
        this.clients = room.clients();
        this.sessions = room.account().sessions();
        this.accountSignIn = room.account().signIn();
    }

    Response handle(Request request) {
        if (isPrefetch(request)) return pages.over(400);
        FormParams params = FormParams.ofQuery(request.rawQuery());
        if (!isWellFormed(params)) return pages.over(400);
        if (isOfAnotherIssuer(params)) {
            LOG.atInfo().log("oauth.callback.of-another-issuer");
            return pages.over(400);
        }
        Optional<Trip> trip = browsers.arrived(request, params.single("state").orElseThrow());
        if (trip.isEmpty()) return pages.over(400);
        return browsers.forget(ended(request, params, trip.get()), trip.get());
    }

    private Response ended(Request request, FormParams params, Trip trip) {
        Optional<Returned> returned = take(request, trip);
        if (returned.isEmpty()) {
            return accountSignIn.callback(request, params, trip).orElseGet(() -> pages.over(400));
        }
        Transaction transaction = returned.get().transaction();
        try {
            String code = params.single("code").orElseThrow(() -> upstreamError(params));
            var asked = new SignInRequest(trip.state(), returned.get().upstreamVerifier());
            SignedIn signedIn = finish(new SignInAnswer(code, params.single("iss")), asked);
            return answer(request, transaction, issuance.issue(transaction, signedIn, request));
        } catch (NotAdmitted stranger) {
            return turnedAway(transaction, stranger);
        } catch (OAuthError refused) {
            LOG.atInfo()
                    .addKeyValue("error", refused.code().word())
                    .addKeyValue("detail", refused.getMessage())
                    .log("oauth.callback.refused");
            return redirect.error(transaction.redirectUri(), transaction.state(), refused);
        }
    }

    /** The person has to read this, so that the client hears of it only when they say so. */
    private Response turnedAway(Transaction transaction, NotAdmitted stranger) {
        var refused =
                new OAuthError(
                        OAuthError.Code.ACCESS_DENIED,
                        "whoever runs this server does not let this account in",
                        stranger.getMessage());
        LOG.atInfo()
                .addKeyValue("error", refused.code().word())
                .addKeyValue("detail", refused.getMessage())
                .log("oauth.callback.refused");
        return pages.notAdmitted(
                stranger.login(),
                upstream.displayName(),
                transaction.redirectUri(),
                redirect.errorUri(transaction.redirectUri(), transaction.state(), refused));
    }

    private Response answer(Request request, Transaction transaction, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Issued(String code, String session) ->
                    sessions.remember(
                            redirect.success(transaction.redirectUri(), transaction.state(), code),
                            session);
            case Outcome.Superseded() -> pages.over(400);
            case Outcome.ClientGone() -> clientGone();
            case Outcome.Asked(Review review, String ticket) -> {
                String mark = browsers.markOf(request);
                String token = browsers.formToken(FormKind.REVIEW, mark, transaction.idText());
                Optional<Client> client = clients.find(transaction.clientId());
                if (client.isEmpty()) yield clientGone();
                yield reviewPage.page(client.get(), transaction, review, ticket, token);
            }
        };
    }

    private Response clientGone() {
        OAuthError refused = AuthorizeChecks.unknownClient();
        LOG.atInfo()
                .addKeyValue("error", refused.code().word())
                .addKeyValue("detail", refused.getMessage())
                .log("oauth.callback.refused");
        return pages.refused(refused);
    }

    private static boolean isPrefetch(Request request) {
        return request.method().equals("HEAD")
                || request.headers()
                        .first("Sec-Purpose")
                        .filter(p -> p.contains("prefetch"))
                        .isPresent();
    }

    private static boolean isWellFormed(FormParams params) {
        return ONCE.stream().noneMatch(params::isRepeated)
                && params.single("state").isPresent()
                && params.single("code").isPresent() != params.single("error").isPresent();
    }

    /**
     * RFC 9207 section 2.4; instances differ in whether they write the slash at the end. Whether
     * the parameter must be there, and be the same to the byte, is the upstream's to say.
     */
    private boolean isOfAnotherIssuer(FormParams params) {
        Optional<String> issuer = params.single("iss").map(CallbackEndpoint::withoutSlash);
        return issuer.isPresent() && !issuer.get().equals(withoutSlash(upstream.issuer()));
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private Optional<Returned> take(Request request, Trip trip) {
        byte[] stateHash = vault.keyedHash("upstream-state", trip.proof());
        Instant now = clock.instant();
        return browsers.hashOf(request)
                .flatMap(browser ->
                        database.write(
                                tx -> transactions.takeReturned(tx, stateHash, browser, now)));
    }

    /** The upstream's own words are not passed on. */
    private static OAuthError upstreamError(FormParams params) {
        return switch (params.single("error").orElse("")) {
            case "access_denied" ->
                    new OAuthError(
                            OAuthError.Code.ACCESS_DENIED,
                            "the person said no at the sign-in",
                            "upstream: access_denied");
            case "temporarily_unavailable" ->
                    new OAuthError(
                            OAuthError.Code.TEMPORARILY_UNAVAILABLE,
                            "the sign-in is not available now",
                            "upstream: temporarily_unavailable");
            default ->
                    new OAuthError(
                            OAuthError.Code.SERVER_ERROR,
                            "the sign-in failed",
                            "upstream answered with an error");
        };
    }

    private SignedIn finish(SignInAnswer answer, SignInRequest trip) throws NotAdmitted {
        try {
            return upstream.finish(answer, trip);
        } catch (NotAdmitted stranger) {
            throw stranger;
        } catch (UpstreamRefused refused) {
            throw new OAuthError(
                    OAuthError.Code.SERVER_ERROR,
                    "the sign-in failed",
                    refused.getMessage(),
                    refused);
        } catch (UpstreamUnavailable unavailable) {
            throw new OAuthError(
                    OAuthError.Code.TEMPORARILY_UNAVAILABLE,
                    "the sign-in is not available now, try again",
                    unavailable.getMessage(),
                    unavailable);
        }
    }
}
