package postern.oauth;

import postern.fetch.FetchFailed;
import postern.forge.Upstream;
import postern.forge.local.LocalUpstream;
import postern.http.Routes;
import postern.oauth.authorize.Authorization;
import postern.oauth.client.ClientAuthentication;
import postern.oauth.client.ClientConfig;
import postern.oauth.token.TokenEndpoint;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** How a test server differs from the standard one. */
public record Setup(
        UnaryOperator<OAuthConfig> config,
        Function<OAuthConfig, ClientConfig> clients,
        BiFunction<Parts, Routes.Builder, Upstream> upstream,
        Function<Parts, Authorization> authorization,
        Function<Parts, ClientAuthentication> authentication,
        BiFunction<Parts, ClientAuthentication, TokenEndpoint> token) {

    /** The built-in sign-in, and nothing changed. */
    public static Setup standard() {
        return new Setup(
                UnaryOperator.identity(),
                config ->
                        ClientConfig.standard(url -> {
                            throw new FetchFailed("no network in this test");
                        }),
                Setup::local,
                parts ->
                        new Authorization(
                                parts.config(),
                                parts.database(),
                                parts.vault(),
                                parts.grants(),
                                parts.tokens(),
                                parts.clients(),
                                parts.upstream(),
                                parts.cookies(),
                                parts.pageKit(),
                                parts.clock(),
                                parts.clock().ticker(),
                                parts.random()),
                parts ->
                        new ClientAuthentication(
                                parts.clients(), parts.vault(), parts.clock().ticker()),
                (parts, authentication) ->
                        new TokenEndpoint(
                                parts.config(),
                                authentication,
                                parts.database(),
                                parts.grants(),
                                parts.tokens(),
                                parts.vault(),
                                parts.clock()));
    }

    private static Upstream local(Parts parts, Routes.Builder routes) {
        var upstream =
                new LocalUpstream(
                        parts.database(),
                        parts.vault(),
                        parts.clock(),
                        parts.clock().ticker(),
                        parts.random(),
                        parts.pageKit(),
                        parts.cookies(),
                        parts.config().issuer());
        upstream.routes(routes);
        return upstream;
    }

    public Setup config(UnaryOperator<OAuthConfig> change) {
        return new Setup(change, clients, upstream, authorization, authentication, token);
    }

    public Setup clients(Function<OAuthConfig, ClientConfig> other) {
        return new Setup(config, other, upstream, authorization, authentication, token);
    }

    public Setup upstream(BiFunction<Parts, Routes.Builder, Upstream> other) {
        return new Setup(config, clients, other, authorization, authentication, token);
    }

    public Setup authorization(Function<Parts, Authorization> other) {
        return new Setup(config, clients, upstream, other, authentication, token);
    }

    public Setup authentication(Function<Parts, ClientAuthentication> other) {
        return new Setup(config, clients, upstream, authorization, other, token);
    }

    public Setup token(BiFunction<Parts, ClientAuthentication, TokenEndpoint> other) {
        return new Setup(config, clients, upstream, authorization, authentication, other);
    }
}
