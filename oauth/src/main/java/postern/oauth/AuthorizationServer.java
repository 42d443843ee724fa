package postern.oauth;

import postern.access.Grants;
import postern.access.LiveSessions;
import postern.access.Tokens;
import postern.core.Ticker;
import postern.forge.Upstream;
import postern.http.Cookies;
import postern.http.CorsPolicy;
import postern.http.Handler;
import postern.http.PageKit;
import postern.http.Routes;
import postern.oauth.authorize.Authorization;
import postern.oauth.client.ClientAuthentication;
import postern.oauth.client.Clients;
import postern.oauth.client.Registration;
import postern.oauth.metadata.Discovery;
import postern.oauth.token.RevocationEndpoint;
import postern.oauth.token.TokenEndpoint;
import postern.store.Database;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * The routes of the authorization server. Each endpoint has a second path at the root, for clients
 * of the MCP revision 2025-03-26 that guess it.
 */
public final class AuthorizationServer {
    private static final CorsPolicy CORS =
            new CorsPolicy(
                    Set.of("POST"),
                    List.of("Authorization", "Content-Type", "MCP-Protocol-Version", "DPoP"),
                    List.of("WWW-Authenticate", "Retry-After"));

    private final LiveSessions live;
    private final Discovery discovery;
    private final Authorization authorization;
    private final Registration registration;
    private final TokenEndpoint token;
    private final RevocationEndpoint revocation;

    public AuthorizationServer(
            OAuthConfig config,
            Database database,
            Vault vault,
            Grants grants,
            Tokens tokens,
            Upstream upstream,
            LiveSessions live,
            Cookies cookies,
            PageKit pageKit,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random) {
        this.live = live;
        var clients = new Clients(database);
        var authentication = new ClientAuthentication(clients, vault);
        discovery = new Discovery(config);
        authorization =
                new Authorization(
                        config, database, vault, grants, tokens, clients, upstream, cookies,
                        pageKit, clock, ticker, random);
        registration = new Registration(database, clients, vault, clock, ticker, random);
        token = new TokenEndpoint(config, authentication, database, grants, tokens, vault, clock);
        revocation = new RevocationEndpoint(authentication, database, grants, tokens, vault, clock);
    }

    AuthorizationServer(
            Discovery discovery,
            Authorization authorization,
            Registration registration,
            TokenEndpoint token,
            RevocationEndpoint revocation,
            LiveSessions live) {
        this.live = live;
        this.discovery = discovery;
        this.authorization = authorization;
        this.registration = registration;
        this.token = token;
        this.revocation = revocation;
    }

    public void addTo(Routes.Builder routes) {
        discovery.addTo(routes);
        authorization.addTo(routes, live);
        add(
                routes,
                "/register",
                ErrorAnswers.guarded("oauth.register.refused", registration::handle));
        add(routes, "/token", ErrorAnswers.guarded("oauth.token.refused", token::handle));
        add(routes, "/revoke", ErrorAnswers.guarded("oauth.revoke.refused", revocation::handle));
    }

    /** Forgets what people left unanswered or unused; called every minute. */
    public void forget(Instant now) {
        authorization.forget(now);
    }

    private static void add(Routes.Builder routes, String path, Handler handler) {
        routes.post("/oauth" + path, handler).cors(CORS).error(ErrorAnswers::of);
        routes.post(path, handler).cors(CORS).error(ErrorAnswers::of);
    }
}
