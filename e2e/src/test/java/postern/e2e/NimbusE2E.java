package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.token.RefreshToken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/**
 * The packaged program with requests that the Nimbus SDK builds, and its answers read by that SDK:
 * each must come out as the object that its RFC means. The server uses parts of the same SDK, but
 * none that writes an answer or builds a request.
 */
class NimbusE2E extends NimbusBench {
    @Test
    void metadata_is_what_it_was_meant_to_be() {
        assertEquals(
                nimbus.installation.publicUrl().toString(), nimbus.metadata.getIssuer().getValue());
        assertEquals(List.of(new ResponseType("code")), nimbus.metadata.getResponseTypes());
        assertEquals(List.of(CodeChallengeMethod.S256), nimbus.metadata.getCodeChallengeMethods());
        assertTrue(nimbus.metadata.supportsAuthorizationResponseIssuerParam());
        assertTrue(nimbus.metadata.getGrantTypes().contains(GrantType.REFRESH_TOKEN));
        assertTrue(
                nimbus.metadata
                        .getTokenEndpointAuthMethods()
                        .contains(ClientAuthenticationMethod.NONE));
        assertNull(nimbus.metadata.getJWKSetURI());
    }

    @ParameterizedTest(name = "{0}: the whole flow with requests of the SDK")
    @ValueSource(strings = {"none", "client_secret_basic", "client_secret_post"})
    void whole_flow(String method) throws Exception {
        NimbusWitness.Registered client = nimbus.register(method);
        AccessTokenResponse first =
                nimbus.tokens(client, nimbus.grantFor(nimbus.ask(client, "mcp:read mcp:write")));
        var bearer = first.getTokens().getBearerAccessToken();
        assertEquals(3600, bearer.getLifetime());
        assertEquals(Scope.parse("mcp:read mcp:write"), bearer.getScope());
        assertEquals(200, nimbus.call(bearer.toAuthorizationHeader()).getStatusCode());

        RefreshToken retired = first.getTokens().getRefreshToken();
        AccessTokenResponse second = nimbus.tokens(client, new RefreshTokenGrant(retired));
        RefreshToken current = second.getTokens().getRefreshToken();
        assertNotEquals(retired, current);
        bearer = second.getTokens().getBearerAccessToken();
        assertEquals(200, nimbus.call(bearer.toAuthorizationHeader()).getStatusCode());

        HTTPRequest revocation = client.revocation(current);
        TokenRevocationRequest.parse(revocation);
        HTTPResponse revoked = revocation.send();
        assertEquals(200, revoked.getStatusCode());
        assertEquals(401, nimbus.call(bearer.toAuthorizationHeader()).getStatusCode());
        HTTPRequest late = client.request(new RefreshTokenGrant(current)).toHTTPRequest();
        assertEquals(OAuth2Error.INVALID_GRANT, nimbus.refused(late));
    }

    @Test
    void a_person_who_says_no_is_access_denied() throws Exception {
        NimbusWitness.Asked asked = nimbus.ask(nimbus.register("none"), "mcp:read");
        AuthorizationResponse response = nimbus.answered(asked, "deny");
        assertEquals(OAuth2Error.ACCESS_DENIED, response.toErrorResponse().getErrorObject());
    }
}
