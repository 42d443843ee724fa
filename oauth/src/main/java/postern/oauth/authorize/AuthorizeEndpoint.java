package postern.oauth.authorize;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Scope;
import postern.core.Secret;
import postern.forge.Upstream;
import postern.http.FormParams;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.BoundedTable;
import postern.oauth.OAuthConfig;
import postern.oauth.OAuthError;
import postern.oauth.RequestedScope;
import postern.oauth.SignInAddress;
import postern.oauth.account.Account;
import postern.oauth.account.AccountSession;
import postern.oauth.account.Approvals;
import postern.oauth.authorize.Transaction.Status;
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
 * {@code GET /oauth/authorize}: checks the request and asks the person (OAuth 2.1 section 4.1.1).
 */
final class AuthorizeEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizeEndpoint.class);

    private final OAuthConfig config;
    private final AuthorizeChecks checks;
    private final Database database;
    private final Clients clients;
    private final Transactions transactions;
    private final Browsers browsers;
    private final Vault vault;
    private final InstantSource clock;
    private final Account account;
    private final Upstream upstream;
    private final Pages pages;
    private final ConsentPage consentPage;
    private final ClientRedirect redirect;
    private final SignInLimit limit;

    AuthorizeEndpoint(AuthorizeRoom room, SignInLimit limit) {
        this.config = room.config();
        this.checks = room.checks();
        this.database = room.database();
        this.clients = room.clients();
        this.transactions = room.transactions();
        this.browsers = room.browsers();
        this.vault = room.vault();
        this.clock = room.clock();
        this.account = room.account();
        this.upstream = room.upstream();
        this.pages = room.pages();
        this.consentPage = room.consentPage();
        this.redirect = room.redirect();
        this.limit = limit;
    }

    Response handle(Request request) {
        limit.count(request);
        FormParams params = FormParams.ofQuery(request.rawQuery());
        Inquiry inquiry;
        try {
            inquiry = new Inquiry(params, client(params, request), config);
            for (AuthorizeCheck check : checks.withPage()) check.check(inquiry);
        } catch (OAuthError refused) {
            return logged(refused, pages.refused(refused));
        }
        String registered = AuthorizeChecks.registeredUri(inquiry).orElseThrow();
        String redirectUri = inquiry.value("redirect_uri").orElse(registered);
        try {
            for (AuthorizeCheck check : checks.withRedirect()) check.check(inquiry);
        } catch (OAuthError refused) {
            return logged(refused, refuse(inquiry, redirectUri, refused));
        }
        return ask(request, inquiry, registered, redirectUri);
    }

    /** Nothing is looked up, let alone fetched, for a request that names two clients. */
    private Optional<Client> client(FormParams params, Request request) {
        if (params.isRepeated("client_id")) return Optional.empty();
        return params.all("client_id").stream()
                .findFirst()
                .flatMap(id -> clients.findOrFetch(id, request.clientNetwork()));
    }

    /**
     * Before anybody has agreed, only who is trusted gets an error by redirect: a stranger would
     * otherwise own an open redirect (RFC 9700 section 4.11.2).
     */
    private Response refuse(Inquiry inquiry, String redirectUri, OAuthError refused) {
        // a repeated state is not echoed: which of them would be the client's?
        Optional<String> state =
                inquiry.params().isRepeated("state") ? Optional.empty() : inquiry.value("state");
        return inquiry.client().orElseThrow().isTrustedRedirect(redirectUri)
                ? redirect.error(redirectUri, state, refused)
                : pages.refusedWithLink(
                        refused, redirectUri, redirect.errorUri(redirectUri, state, refused));
    }

    private Response ask(Request request, Inquiry inquiry, String registered, String redirectUri) {
        String id = browsers.randomText();
        String mark = browsers.markOf(request);
        Client client = inquiry.client().orElseThrow();
        var question =
                new Transaction(
                        vault.keyedHash("transaction", id),
                        browsers.hash(mark),
                        client.id(),
                        redirectUri,
                        registered,
                        inquiry.value("state"),
                        RequestedScope.of(inquiry.value("scope"), Scope.FULL).orElseThrow(),
                        inquiry.value("resource").orElse(config.defaultResource()),
                        inquiry.value("code_challenge").orElseThrow(),
                        Status.CONSENT,
                        false,
                        Optional.empty(),
                        0);
        Instant now = clock.instant();
        byte[] network = BoundedTable.network(vault, request);
        Optional<Long> approvedFor = approvedFor(request, inquiry, question, now);
        if (approvedFor.isPresent()) {
            Transaction approved = question.approvedFor(approvedFor.get());
            return browsers.remember(pass(approved, network, now), mark);
        }
        database.write(tx -> {
            transactions.add(tx, question, network, now, now.plus(config.consentLife()));
            return null;
        });
        String token = browsers.formToken(FormKind.CONSENT, mark, id);
        return browsers.remember(consentPage.page(client, question, id, token), mark);
    }

    /**
     * Whose remembered approval covers the request: somebody who is signed in at our account page
     * in this very browser. {@code prompt=consent} asks for the question all the same (OpenID
     * Connect Core section 3.1.2.1).
     */
    private Optional<Long> approvedFor(
            Request request, Inquiry inquiry, Transaction question, Instant now) {
        boolean mayPass =
                Approvals.mayBeRemembered(question.redirectUri())
                        && !List.of(inquiry.value("prompt").orElse("").split(" "))
                                .contains("consent")
                        && request.headers().first("Sec-Purpose").isEmpty();
        if (!mayPass) return Optional.empty();
        return database.read(tx -> {
            Optional<Long> person =
                    account.sessions().find(tx, request, now).map(AccountSession::personId);
            boolean covered =
                    person.isPresent()
                            && account.approvals().covers(tx, question.approvalOf(person.get()));
            return covered ? person : Optional.empty();
        });
    }

    /** Straight to the upstream, as after "Allow". Who comes back is looked at again then. */
    private Response pass(Transaction approved, byte[] network, Instant now) {
        Trip trip = browsers.newTrip();
        Secret verifier = Secret.ofUtf8(browsers.randomText());
        String signIn = SignInAddress.of(upstream, trip, verifier);
        database.write(tx -> {
            transactions.add(tx, approved, network, now, now.plus(config.consentLife()));
            transactions.sendUpstream(
                    tx,
                    approved.sent(approved.scope(), false),
                    vault.keyedHash("upstream-state", trip.proof()),
                    verifier);
            return null;
        });
        return browsers.send(Response.seeOther(signIn), trip);
    }

    private static Response logged(OAuthError refused, Response response) {
        LOG.atInfo()
                .addKeyValue("error", refused.code().word())
                .addKeyValue("detail", refused.getMessage())
                .log("oauth.authorize.refused");
        return response;
    }
}
