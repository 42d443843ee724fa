package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.client.ClientInformation;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationRequest;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The packaged program with requests that the Nimbus SDK builds, and its answers read by that SDK:
 * each must come out as the object that its RFC means. The server uses parts of the same SDK, but
 * none that writes an answer or builds a request.
 */
class NimbusE2E {
    private static final URI REDIRECT = URI.create("http://127.0.0.1:3458/callback");
    private static final Map<String, Registered> CLIENTS = new HashMap<>();
    private static Installation installation;
    private static AuthorizationServerMetadata metadata;

    @BeforeAll
    static void start() throws Exception {
        installation = Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
        URI issuer = installation.publicUrl();
        var request =
                new HTTPRequest(
                        HTTPRequest.Method.GET,
                        issuer.resolve("/.well-known/oauth-authorization-server"));
        metadata = AuthorizationServerMetadata.parse(request.send().getBodyAsJSONObject());
    }

    @AfterAll
    static void stop() throws Exception {
        installation.close();
        CLIENTS.clear();
    }

    /** A registered client as the SDK sees it. */
    private record Registered(ClientInformation information, String method) {
        ClientID id() {
            return information.getID();
        }

        TokenRequest request(AuthorizationGrant grant) {
            URI endpoint = metadata.getTokenEndpointURI();
            return method.equals("none")
                    ? new TokenRequest.Builder(endpoint, id(), grant).build()
                    : new TokenRequest.Builder(endpoint, authentication(), grant).build();
        }

        ClientAuthentication authentication() {
            return authentication(information.getSecret());
        }

        ClientAuthentication authentication(Secret secret) {
            return method.equals("client_secret_basic")
                    ? new ClientSecretBasic(id(), secret)
                    : new ClientSecretPost(id(), secret);
        }

        HTTPRequest revocation(Token token) {
            URI endpoint = metadata.getRevocationEndpointURI();
            return method.equals("none")
                    ? new TokenRevocationRequest(endpoint, id(), token).toHTTPRequest()
                    : new TokenRevocationRequest(endpoint, authentication(), token).toHTTPRequest();
        }
    }

    private static Registered register(String method, GrantType... grants) throws Exception {
        var wanted = new ClientMetadata();
        wanted.setName("Nimbus " + method + grants.length);
        wanted.setRedirectionURI(REDIRECT);
        wanted.setGrantTypes(Set.of(grants));
        wanted.setTokenEndpointAuthMethod(ClientAuthenticationMethod.parse(method));
        var request =
                new ClientRegistrationRequest(metadata.getRegistrationEndpointURI(), wanted, null);
        HTTPResponse answer = request.toHTTPRequest().send();
        assertEquals(201, answer.getStatusCode());
        ClientInformation information =
                ClientRegistrationResponse.parse(answer).toSuccessResponse().getClientInformation();
        assertNotNull(information.getID());
        assertNotNull(information.getIDIssueDate());
        assertEquals(method.equals("none"), information.getSecret() == null);
        if (information.getSecret() != null) assertTrue(!information.getSecret().expired());
        ClientMetadata echo = information.getMetadata();
        assertEquals(method, echo.getTokenEndpointAuthMethod().getValue());
        assertEquals(Set.of(REDIRECT), echo.getRedirectionURIs());
        assertEquals(Set.of(grants), echo.getGrantTypes());
        assertEquals(Set.of(ResponseType.CODE), echo.getResponseTypes());
        return new Registered(information, method);
    }

    /** The same client each time, as registering is limited. */
    private static Registered register(String method) throws Exception {
        Registered known = CLIENTS.get(method);
        if (known != null) return known;
        Registered fresh = register(method, GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);
        CLIENTS.put(method, fresh);
        return fresh;
    }

    private record Asked(AuthorizationRequest request, CodeVerifier verifier) {}

    private static Asked ask(Registered client, String scope) {
        var verifier = new CodeVerifier();
        AuthorizationRequest request =
                new AuthorizationRequest.Builder(ResponseType.CODE, client.id())
                        .endpointURI(metadata.getAuthorizationEndpointURI())
                        .redirectionURI(REDIRECT)
                        .state(new State())
                        .scope(Scope.parse(scope))
                        .codeChallenge(verifier, CodeChallengeMethod.S256)
                        .resources(installation.endpoint())
                        .build();
        return new Asked(request, verifier);
    }

    /** What arrives at the client, read by the SDK; state and issuer are checked. */
    private static AuthorizationResponse answered(Asked asked, String decision) throws Exception {
        try (Browser browser = Browser.open()) {
            Page consent = browser.get(asked.request.toURI());
            Page decided = browser.submit(consent.form("/oauth/consent"), decision);
            String redirect = REDIRECT.toString();
            URI arrived =
                    decision.equals("allow")
                            ? new ForgejoPerson(browser, "alice", "password")
                                    .walkTo(decided, redirect)
                            : browser.followTo(decided, redirect);
            return checked(asked, arrived);
        }
    }

    private static AuthorizationResponse checked(Asked asked, URI arrived) throws Exception {
        AuthorizationResponse response = AuthorizationResponse.parse(arrived);
        assertEquals(asked.request.getState(), response.getState());
        assertEquals(new Issuer(metadata.getIssuer()), response.getIssuer());
        return response;
    }

    private static AccessTokenResponse tokens(Registered client, AuthorizationGrant grant)
            throws Exception {
        TokenRequest request = client.request(grant);
        TokenRequest.parse(request.toHTTPRequest());
        HTTPResponse answer = request.toHTTPRequest().send();
        assertEquals("no-store", answer.getCacheControl());
        TokenResponse response = TokenResponse.parse(answer);
        assertTrue(response.indicatesSuccess(), answer.getBody());
        return response.toSuccessResponse();
    }

    private static ErrorObject refused(HTTPRequest request) throws Exception {
        HTTPResponse answer = request.send();
        TokenErrorResponse response = TokenErrorResponse.parse(answer);
        ErrorObject error = response.getErrorObject();
        assertNotNull(error.getDescription());
        assertEquals(answer.getStatusCode(), error.getHTTPStatusCode());
        assertEquals("no-store", answer.getCacheControl());
        return error;
    }

    private static AuthorizationCodeGrant grantFor(Asked asked) throws Exception {
        AuthorizationCode code =
                answered(asked, "allow").toSuccessResponse().getAuthorizationCode();
        return new AuthorizationCodeGrant(code, REDIRECT, asked.verifier);
    }

    private static HTTPResponse call(String authorization) throws Exception {
        var request = new HTTPRequest(HTTPRequest.Method.POST, installation.endpoint());
        request.setHeader("Content-Type", "application/json");
        request.setHeader("Accept", "application/json, text/event-stream");
        if (!authorization.isEmpty()) request.setAuthorization(authorization);
        request.setBody(
                """
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":\
                "2025-11-25","capabilities":{},"clientInfo":{"name":"nimbus","version":"1"}}}\
                """);
        return request.send();
    }

    @Test
    void metadata_is_what_it_was_meant_to_be() {
        assertEquals(installation.publicUrl().toString(), metadata.getIssuer().getValue());
        assertEquals(List.of(new ResponseType("code")), metadata.getResponseTypes());
        assertEquals(List.of(CodeChallengeMethod.S256), metadata.getCodeChallengeMethods());
        assertTrue(metadata.supportsAuthorizationResponseIssuerParam());
        assertTrue(metadata.getGrantTypes().contains(GrantType.REFRESH_TOKEN));
        assertTrue(
                metadata.getTokenEndpointAuthMethods().contains(ClientAuthenticationMethod.NONE));
        assertNull(metadata.getJWKSetURI());
    }

    @ParameterizedTest(name = "{0}: the whole flow with requests of the SDK")
    @ValueSource(strings = {"none", "client_secret_basic", "client_secret_post"})
    void whole_flow(String method) throws Exception {
        Registered client = register(method);
        AccessTokenResponse first = tokens(client, grantFor(ask(client, "mcp:read mcp:write")));
        var bearer = first.getTokens().getBearerAccessToken();
        assertEquals(3600, bearer.getLifetime());
        assertEquals(Scope.parse("mcp:read mcp:write"), bearer.getScope());
        assertEquals(200, call(bearer.toAuthorizationHeader()).getStatusCode());

        RefreshToken retired = first.getTokens().getRefreshToken();
        AccessTokenResponse second = tokens(client, new RefreshTokenGrant(retired));
        RefreshToken current = second.getTokens().getRefreshToken();
        assertNotEquals(retired, current);
        bearer = second.getTokens().getBearerAccessToken();
        assertEquals(200, call(bearer.toAuthorizationHeader()).getStatusCode());

        HTTPRequest revocation = client.revocation(current);
        TokenRevocationRequest.parse(revocation);
        HTTPResponse revoked = revocation.send();
        assertEquals(200, revoked.getStatusCode());
        assertEquals(401, call(bearer.toAuthorizationHeader()).getStatusCode());
        HTTPRequest late = client.request(new RefreshTokenGrant(current)).toHTTPRequest();
        assertEquals(OAuth2Error.INVALID_GRANT, refused(late));
    }

    @Test
    void a_person_who_says_no_is_access_denied() throws Exception {
        Asked asked = ask(register("none"), "mcp:read");
        AuthorizationResponse response = answered(asked, "deny");
        assertEquals(OAuth2Error.ACCESS_DENIED, response.toErrorResponse().getErrorObject());
    }

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
        Asked asked = ask(register("none"), "mcp:read");
        Map<String, List<String>> parameters = asked.request.toParameters();
        parameters.put(name, List.of(value));
        String query = com.nimbusds.oauth2.sdk.util.URLUtils.serializeParameters(parameters);
        try (Browser browser = Browser.open()) {
            Page answer =
                    browser.get(URI.create(metadata.getAuthorizationEndpointURI() + "?" + query));
            AuthorizationResponse response = checked(asked, answer.location());
            ErrorObject error = response.toErrorResponse().getErrorObject();
            assertEquals(code, error.getCode());
            assertNotNull(error.getDescription());
        }
    }

    @Test
    void errors_of_the_token_endpoint_are_those_of_the_rfc() throws Exception {
        Registered open = register("none");
        Registered secret = register("client_secret_basic");
        var unknown = new RefreshTokenGrant(new RefreshToken("unknown"));
        assertEquals(OAuth2Error.INVALID_GRANT, refused(open.request(unknown).toHTTPRequest()));
        assertEquals(
                OAuth2Error.INVALID_CLIENT,
                refused(
                        new TokenRequest.Builder(
                                        metadata.getTokenEndpointURI(),
                                        secret.authentication(new Secret("wrong: +/%")),
                                        unknown)
                                .build()
                                .toHTTPRequest()));
        Registered once = register("none", GrantType.AUTHORIZATION_CODE);
        assertEquals(
                OAuth2Error.UNAUTHORIZED_CLIENT, refused(once.request(unknown).toHTTPRequest()));
        assertEquals(OAuth2Error.INVALID_REQUEST, refused(form(open, "x=y")));
        assertEquals(
                OAuth2Error.UNSUPPORTED_GRANT_TYPE,
                refused(form(open, "grant_type=password&username=a&password=b")));
        assertEquals(
                OAuth2Error.INVALID_REQUEST,
                refused(form(open, "grant_type=refresh_token&grant_type=refresh_token")));

        AccessTokenResponse good = tokens(open, grantFor(ask(open, "mcp:read")));
        String refresh =
                "grant_type=refresh_token&refresh_token=" + good.getTokens().getRefreshToken();
        assertEquals(OAuth2Error.INVALID_SCOPE, refused(form(open, refresh + "&scope=mcp:write")));
        assertEquals(
                OAuth2Error.INVALID_TARGET,
                refused(form(open, refresh + "&resource=https://other.example")));
        tokens(open, new RefreshTokenGrant(good.getTokens().getRefreshToken()));
    }

    private static HTTPRequest form(Registered client, String body) throws Exception {
        var request = new HTTPRequest(HTTPRequest.Method.POST, metadata.getTokenEndpointURI());
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
                new HTTPRequest(HTTPRequest.Method.POST, metadata.getRegistrationEndpointURI());
        request.setHeader("Content-Type", "application/json");
        request.setBody(json);
        return ClientRegistrationResponse.parse(request.send()).toErrorResponse().getErrorObject();
    }

    @Test
    void challenges_of_the_endpoint_are_bearer_token_errors() throws Exception {
        HTTPResponse bare = call("");
        assertEquals(401, bare.getStatusCode());
        BearerTokenError missing = BearerTokenError.parse(bare.getWWWAuthenticate());
        assertNull(missing.getCode(), "RFC 6750 section 3.1: no error without a token");
        assertEquals(Scope.parse("mcp:read mcp:write"), missing.getScope());

        HTTPResponse wrong = call("Bearer nonsense");
        assertEquals(401, wrong.getStatusCode());
        assertEquals(
                BearerTokenError.INVALID_TOKEN, BearerTokenError.parse(wrong.getWWWAuthenticate()));
    }
}
