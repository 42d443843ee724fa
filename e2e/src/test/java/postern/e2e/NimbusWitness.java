package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
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
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.Token;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A client that is made of the Nimbus SDK, and an installation that it talks to. */
final class NimbusWitness implements AutoCloseable {
    static final URI REDIRECT = URI.create("http://127.0.0.1:3458/callback");

    final Installation installation;
    final AuthorizationServerMetadata metadata;
    private final Map<String, Registered> clients = new HashMap<>();

    NimbusWitness() throws Exception {
        installation = Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
        URI issuer = installation.publicUrl();
        var request =
                new HTTPRequest(
                        HTTPRequest.Method.GET,
                        issuer.resolve("/.well-known/oauth-authorization-server"));
        metadata = AuthorizationServerMetadata.parse(request.send().getBodyAsJSONObject());
    }

    @Override
    public void close() throws Exception {
        installation.close();
    }

    /** A registered client as the SDK sees it. */
    final class Registered {
        private final ClientInformation information;
        private final String method;

        private Registered(ClientInformation information, String method) {
            this.information = information;
            this.method = method;
        }

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

    Registered register(String method, GrantType... grants) throws Exception {
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
    Registered register(String method) throws Exception {
        Registered known = clients.get(method);
        if (known != null) return known;
        Registered fresh = register(method, GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);
        clients.put(method, fresh);
        return fresh;
    }

    record Asked(AuthorizationRequest request, CodeVerifier verifier) {}

    Asked ask(Registered client, String scope) {
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
    AuthorizationResponse answered(Asked asked, String decision) throws Exception {
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

    AuthorizationResponse checked(Asked asked, URI arrived) throws Exception {
        AuthorizationResponse response = AuthorizationResponse.parse(arrived);
        assertEquals(asked.request.getState(), response.getState());
        assertEquals(new Issuer(metadata.getIssuer()), response.getIssuer());
        return response;
    }

    AccessTokenResponse tokens(Registered client, AuthorizationGrant grant) throws Exception {
        TokenRequest request = client.request(grant);
        TokenRequest.parse(request.toHTTPRequest());
        HTTPResponse answer = request.toHTTPRequest().send();
        assertEquals("no-store", answer.getCacheControl());
        TokenResponse response = TokenResponse.parse(answer);
        assertTrue(response.indicatesSuccess(), answer.getBody());
        return response.toSuccessResponse();
    }

    ErrorObject refused(HTTPRequest request) throws Exception {
        HTTPResponse answer = request.send();
        TokenErrorResponse response = TokenErrorResponse.parse(answer);
        ErrorObject error = response.getErrorObject();
        assertNotNull(error.getDescription());
        assertEquals(answer.getStatusCode(), error.getHTTPStatusCode());
        assertEquals("no-store", answer.getCacheControl());
        return error;
    }

    AuthorizationCodeGrant grantFor(Asked asked) throws Exception {
        AuthorizationCode code =
                answered(asked, "allow").toSuccessResponse().getAuthorizationCode();
        return new AuthorizationCodeGrant(code, REDIRECT, asked.verifier);
    }

    HTTPResponse call(String authorization) throws Exception {
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
}
