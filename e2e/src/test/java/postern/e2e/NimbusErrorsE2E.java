package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.RefreshToken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * What the packaged program refuses, as the Nimbus SDK reads it: each error is the one of its RFC.
 */
class NimbusErrorsE2E extends NimbusBench {
    @ParameterizedTest(name = "{0}={1} arrives at a client on loopback as {2}")
    @CsvSource({
        "response_type, token, unsupported_response_type",
        "response_type, '', invalid_request",
        "scope, admin, invalid_scope",
        "resource, https://other.example/mcp, invalid_target",
        "code_challenge_method, plain, invalid_request",
        "request, x, request_not_supported",
        "request_uri, https://other.example/r, request_uri_not_supported",
        "response_mode, fragment, invalid_request"
    })
    void errors_of_authorization_requests(String name, String value, String code) throws Exception {
        NimbusWitness.Asked asked = nimbus.ask(nimbus.register("none"), "mcp:read");
        Map<String, List<String>> parameters = asked.request().toParameters();
        parameters.put(name, List.of(value));
        String query = com.nimbusds.oauth2.sdk.util.URLUtils.serializeParameters(parameters);
        try (Browser browser = Browser.open()) {
            Page answer =
                    browser.get(
                            URI.create(
                                    nimbus.metadata.getAuthorizationEndpointURI() + "?" + query));
            AuthorizationResponse response = nimbus.checked(asked, answer.location());
            ErrorObject error = response.toErrorResponse().getErrorObject();
            assertEquals(code, error.getCode());
            assertNotNull(error.getDescription());
        }
    }

    @Test
    void errors_of_the_token_endpoint_are_those_of_the_rfc() throws Exception {
        NimbusWitness.Registered open = nimbus.register("none");
        NimbusWitness.Registered secret = nimbus.register("client_secret_basic");
        var unknown = new RefreshTokenGrant(new RefreshToken("unknown"));
        assertEquals(
                OAuth2Error.INVALID_GRANT, nimbus.refused(open.request(unknown).toHTTPRequest()));
        assertEquals(
                OAuth2Error.INVALID_CLIENT,
                nimbus.refused(
                        new TokenRequest.Builder(
                                        nimbus.metadata.getTokenEndpointURI(),
                                        secret.authentication(new Secret("wrong: +/%")),
                                        unknown)
                                .build()
                                .toHTTPRequest()));
        NimbusWitness.Registered once = nimbus.register("none", GrantType.AUTHORIZATION_CODE);
        assertEquals(
                OAuth2Error.UNAUTHORIZED_CLIENT,
                nimbus.refused(once.request(unknown).toHTTPRequest()));
        assertEquals(OAuth2Error.INVALID_REQUEST, nimbus.refused(form(open, "x=y")));
        assertEquals(
                OAuth2Error.UNSUPPORTED_GRANT_TYPE,
                nimbus.refused(form(open, "grant_type=password&username=a&password=b")));
        assertEquals(
                OAuth2Error.INVALID_REQUEST,
                nimbus.refused(form(open, "grant_type=refresh_token&grant_type=refresh_token")));

        AccessTokenResponse good =
                nimbus.tokens(open, nimbus.grantFor(nimbus.ask(open, "mcp:read")));
        String refresh =
                "grant_type=refresh_token&refresh_token=" + good.getTokens().getRefreshToken();
        assertEquals(
                OAuth2Error.INVALID_SCOPE,
                nimbus.refused(form(open, refresh + "&scope=mcp:write")));
        assertEquals(
                OAuth2Error.INVALID_TARGET,
                nimbus.refused(form(open, refresh + "&resource=https://other.example")));
        nimbus.tokens(open, new RefreshTokenGrant(good.getTokens().getRefreshToken()));
    }

    private static HTTPRequest form(NimbusWitness.Registered client, String body) throws Exception {
        var request =
                new HTTPRequest(HTTPRequest.Method.POST, nimbus.metadata.getTokenEndpointURI());
        request.setHeader("Content-Type", "application/x-www-form-urlencoded");
        request.setBody(body + "&client_id=" + client.id());
        return request;
    }

    @Test
    void errors_of_registration_are_those_of_the_rfc() throws Exception {
        assertEquals(
                RegistrationError.INVALID_REDIRECT_URI,
                refusedRegistration("{\"redirect_uris\":[\"http://other.example/cb\"]}"));
        assertEquals(
                RegistrationError.INVALID_CLIENT_METADATA,
                refusedRegistration(
                        "{\"redirect_uris\":[\"https://client.example/\"],"
                                + "\"grant_types\":[\"implicit\"]}"));
    }

    private static ErrorObject refusedRegistration(String json) throws Exception {
        var request =
                new HTTPRequest(
                        HTTPRequest.Method.POST, nimbus.metadata.getRegistrationEndpointURI());
        request.setHeader("Content-Type", "application/json");
        request.setBody(json);
        return ClientRegistrationResponse.parse(request.send()).toErrorResponse().getErrorObject();
    }

    @Test
    void challenges_of_the_endpoint_are_bearer_token_errors() throws Exception {
        HTTPResponse bare = nimbus.call("");
        assertEquals(401, bare.getStatusCode());
        BearerTokenError missing = BearerTokenError.parse(bare.getWWWAuthenticate());
        assertNull(missing.getCode(), "RFC 6750 section 3.1: no error without a token");
        assertEquals(Scope.parse("mcp:read mcp:write"), missing.getScope());

        HTTPResponse wrong = nimbus.call("Bearer nonsense");
        assertEquals(401, wrong.getStatusCode());
        assertEquals(
                BearerTokenError.INVALID_TOKEN, BearerTokenError.parse(wrong.getWWWAuthenticate()));
    }
}
