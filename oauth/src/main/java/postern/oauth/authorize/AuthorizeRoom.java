package postern.oauth.authorize;

import postern.forge.Upstream;
import postern.http.Routes;
import postern.oauth.OAuthConfig;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.vault.Vault;

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
        Browsers browsers,
        Upstream upstream,
        Issuance issuance,
        Vault vault,
        InstantSource clock,
        Pages pages,
        ClientRedirect redirect) {
    void addTo(Routes.Builder routes) {
        var authorize = new AuthorizeEndpoint(this);
        var consent = new ConsentEndpoint(this);
        var callback = new CallbackEndpoint(this);
        for (String path : List.of("/oauth/authorize", "/authorize")) {
            // HEAD must not begin anything
            routes.route(path, Map.of("GET", authorize::handle, "HEAD", request -> pages.over(200)))
                    .error(pages::httpError);
        }
        routes.route(
                        "/oauth/consent",
                        Map.of("GET", request -> pages.over(200), "POST", consent::handle))
                .error(pages::httpError);
        routes.get("/oauth/callback", callback::handle).error(pages::httpError);
    }
}
