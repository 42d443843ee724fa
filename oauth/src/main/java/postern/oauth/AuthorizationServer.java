package postern.oauth;

import postern.access.Grants;
import postern.access.LiveSessions;
import postern.access.TokenCheck;
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
import postern.oauth.client.ClientConfig;
import postern.oauth.client.Clients;
import postern.oauth.client.Registration;
import postern.oauth.client.ResourceServers;
import postern.oauth.metadata.Discovery;
import postern.oauth.token.IntrospectionEndpoint;
import postern.oauth.token.RevocationEndpoint;
import postern.oauth.token.TokenEndpoint;
import postern.store.Database;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
    private final Optional<Registration> registration;
    private final TokenEndpoint token;
    private final RevocationEndpoint revocation;
    private final Optional<IntrospectionEndpoint> introspection;

    public AuthorizationServer(
            OAuthConfig config,
            ClientConfig clientConfig,
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
        Clients clients = clientConfig.clients(database, vault, config.issuer(), clock, ticker);
        var authentication = new ClientAuthentication(clients, vault, ticker);
        discovery = new Discovery(config, clientConfig);
        authorization =
                new Authorization(
                        config, database, vault, grants, tokens, clients, upstream, cookies,
                        pageKit, clock, ticker, random);
        registration =
                clientConfig.offersRegistration()
                        ? Optional.of(
                                new Registration(
                                        clientConfig.registration(),
                                        database,
                                        clients,
                                        vault,
                                        clock,
                                        ticker,
                                        random))
                        : Optional.empty();
        token =
                new TokenEndpoint(
                        config,
                        authentication,
                        database,
                        grants,
                        tokens,
                        vault,
                        clock,
                        upstream::goesOn);
        revocation = new RevocationEndpoint(authentication, database, grants, tokens, vault, clock);
        introspection =
                clientConfig.offersIntrospection()
                        ? Optional.of(
                                new IntrospectionEndpoint(
                                        config,
                                        new ResourceServers(
                                                clientConfig.file().resourceServers(),
                                                vault,
                                                ticker),
                                        new TokenCheck(database, vault, clock)))
                        : Optional.empty();
    }

    AuthorizationServer(
            Discovery discovery,
            Authorization authorization,
            Optional<Registration> registration,
            TokenEndpoint token,
            RevocationEndpoint revocation,
            Optional<IntrospectionEndpoint> introspection,
            LiveSessions live) {
        this.live = live;
        this.discovery = discovery;
        this.authorization = authorization;
        this.registration = registration;
        this.token = token;
        this.revocation = revocation;
        this.introspection = introspection;
    }

    public void addTo(Routes.Builder routes) {
        discovery.addTo(routes);
        authorization.addTo(routes, live);
        registration.ifPresent(open ->
                add(
                        routes,
                        "/register",
                        ErrorAnswers.guarded("oauth.register.refused", open::handle)));
        add(routes, "/token", ErrorAnswers.guarded("oauth.token.refused", token::handle));
        add(routes, "/revoke", ErrorAnswers.guarded("oauth.revoke.refused", revocation::handle));
        // no CORS: no page in a browser has a resource server's secret
        introspection.ifPresent(endpoint ->
                routes.post(
                                "/oauth/introspect",
                                ErrorAnswers.guarded("oauth.introspect.refused", endpoint::handle))
                        .error(ErrorAnswers::of));
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
