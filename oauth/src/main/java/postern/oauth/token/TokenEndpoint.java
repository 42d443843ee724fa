package postern.oauth.token;

import postern.access.Grants;
import postern.access.Tokens;
import postern.http.FormParams;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.OAuthConfig;
import postern.oauth.OAuthError;
import postern.oauth.RequiredParameter;
import postern.oauth.client.Client;
import postern.oauth.client.ClientAuthentication;
import postern.store.Database;
import postern.vault.Token;
import postern.vault.Vault;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** {@code POST /oauth/token} (OAuth 2.1 section 3.2). */
public final class TokenEndpoint {
    private static final List<String> ONCE =
            List.of(
                    "grant_type",
                    "client_id",
                    "client_secret",
                    "client_assertion",
                    "client_assertion_type",
                    "code",
                    "code_verifier",
                    "redirect_uri",
                    "refresh_token",
                    "scope");

    private final ClientAuthentication authentication;
    private final CodeExchange codes;
    private final RefreshExchange refreshes;

    public TokenEndpoint(
            OAuthConfig config,
            ClientAuthentication authentication,
            Database database,
            Grants grants,
            Tokens tokens,
            Vault vault,
            InstantSource clock) {
        this(config, authentication, database, grants, tokens, vault, clock, token -> {});
    }

    /**
     * @param beforeRefresh is told of each of our refresh tokens that an authenticated client
     *     presents, and may end its grant
     */
    public TokenEndpoint(
            OAuthConfig config,
            ClientAuthentication authentication,
            Database database,
            Grants grants,
            Tokens tokens,
            Vault vault,
            InstantSource clock,
            Consumer<Token> beforeRefresh) {
        this(
                authentication,
                new CodeExchange(
                        config, CodeChecks.standard(), database, grants, tokens, vault, clock),
                new RefreshExchange(
                        config,
                        RefreshChecks.standard(),
                        database,
                        grants,
                        tokens,
                        vault,
                        clock,
                        beforeRefresh));
    }

    TokenEndpoint(
            ClientAuthentication authentication, CodeExchange codes, RefreshExchange refreshes) {
        this.authentication = authentication;
        this.codes = codes;
        this.refreshes = refreshes;
    }

    public Response handle(Request request) {
        FormParams form = FormParams.ofBody(request);
        ONCE.forEach(form::single); // each throws when it is repeated
        String grantType = RequiredParameter.of(form, "grant_type");
        Client client = authentication.authenticate(request, form);
        return switch (grantType) {
            case "authorization_code" -> codes.redeem(allowed(client, grantType), form).response();
            case "refresh_token" -> refreshes.rotate(allowed(client, grantType), form).response();
            default ->
                    throw new OAuthError(
                            OAuthError.Code.UNSUPPORTED_GRANT_TYPE,
                            "grant_type must be authorization_code or refresh_token",
                            "unsupported grant_type");
        };
    }

    private static Client allowed(Client client, String grantType) {
        if (!client.grantTypes().contains(grantType)) {
            throw new OAuthError(
                    OAuthError.Code.UNAUTHORIZED_CLIENT,
                    "the client is not registered for this grant_type",
                    "grant type not registered");
        }
        return client;
    }
}
