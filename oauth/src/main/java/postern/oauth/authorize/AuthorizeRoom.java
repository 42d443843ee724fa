package postern.oauth.authorize;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Grants;
import postern.access.Tokens;
import postern.core.Ticker;
import postern.forge.Upstream;
import postern.http.Handler;
import postern.http.HttpError;
import postern.http.Routes;
import postern.oauth.OAuthConfig;
import postern.oauth.account.Account;
import postern.oauth.browser.Browsers;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.store.StoreUnavailable;
import postern.vault.Vault;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The parts of this room, put together once. */
record AuthorizeRoom(
        OAuthConfig config,
        AuthorizeChecks checks,
        Database database,
        Clients clients,
        Transactions transactions,
        Account account,
        Grants grants,
        Tokens tokens,
        Upstream upstream,
        Issuance issuance,
        Vault vault,
        InstantSource clock,
        Ticker ticker,
        Pages pages,
        ConsentPage consentPage,
        ReviewPage reviewPage,
        ClientRedirect redirect) {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizeRoom.class);

    Browsers browsers() {
        return account.browsers();
    }

    void addTo(Routes.Builder routes) {
        var limit = new SignInLimit(ticker);
        var authorize = new AuthorizeEndpoint(this, limit);
        var consent = new ConsentEndpoint(this, limit);
        var callback = new CallbackEndpoint(this);
        var review = new ReviewEndpoint(this);
        for (String path : List.of("/oauth/authorize", "/authorize")) {
            // HEAD must not begin anything
            Handler head = request -> pages.over(200);
            routes.route(path, Map.of("GET", guarded(authorize::handle), "HEAD", head))
                    .error(pages::httpError);
        }
        routes.route(
                        "/oauth/consent",
                        Map.of("GET", request -> pages.over(200), "POST", guarded(consent::handle)))
                .error(pages::httpError);
        routes.route(
                        "/oauth/review",
                        Map.of("GET", request -> pages.over(200), "POST", guarded(review::handle)))
                .error(pages::httpError);
        routes.get("/oauth/callback", guarded(callback::handle)).error(pages::httpError);
    }

    private static Handler guarded(Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (StoreUnavailable unavailable) {
                LOG.atError().setCause(unavailable).log("oauth.authorize.store-unavailable");
                throw HttpError.unavailable(
                        "this server cannot write down what you do just now, try again in a few"
                                + " seconds",
                        "store unavailable",
                        Duration.ofSeconds(5));
            }
        };
    }
}
