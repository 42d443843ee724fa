package postern.oauth.authorize;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;

import postern.http.Response;
import postern.oauth.OAuthConfig;
import postern.oauth.OAuthError;

import java.net.URI;
import java.util.Optional;

/**
 * The answer to a client by way of the browser: {@code code} or {@code error}, {@code state} if one
 * was sent, {@code iss} always (RFC 6749 section 4.1.2, RFC 9207 section 2).
 */
final class ClientRedirect {
    private final Issuer issuer;

    ClientRedirect(OAuthConfig config) {
        this.issuer = new Issuer(config.issuer());
    }

    Response success(String redirectUri, Optional<String> state, String code) {
        return Response.seeOther(
                new AuthorizationSuccessResponse(
                                URI.create(redirectUri),
                                new AuthorizationCode(code),
                                null,
                                state(state),
                                issuer,
                                ResponseMode.QUERY)
                        .toURI()
                        .toString());
    }

    Response error(String redirectUri, Optional<String> state, OAuthError error) {
        return Response.seeOther(errorUri(redirectUri, state, error));
    }

    String errorUri(String redirectUri, Optional<String> state, OAuthError error) {
        var object =
                new ErrorObject(error.code().word(), ErrorObject.removeIllegalChars(error.hint()));
        return new AuthorizationErrorResponse(
                        URI.create(redirectUri), object, state(state), issuer, ResponseMode.QUERY)
                .toURI()
                .toString();
    }

    private static State state(Optional<String> state) {
        return state.map(State::new).orElse(null);
    }
}
