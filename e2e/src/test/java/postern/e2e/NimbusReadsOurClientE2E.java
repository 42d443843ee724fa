package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import postern.testkit.oauth.Discovery;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The requests that our tests send, and our server accepts, read by the Nimbus SDK: else the tests
 * would prove that we agree with ourselves. They are caught by a server that answers nothing of
 * use.
 */
class NimbusReadsOurClientE2E {
    private final List<HTTPRequest> caught = new CopyOnWriteArrayList<>();
    private final RegisteredClient client =
            new RegisteredClient("id", "", "http://127.0.0.1:1/callback");
    private HttpServer server;
    private OAuthClient oauth;
    private Discovery discovery;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        oauth = OAuthClient.create();
        var document = oauth.get(base().resolve("/metadata"));
        discovery = new Discovery(document, document, document);
        caught.clear();
    }

    @AfterEach
    void stop() {
        oauth.close();
        server.stop(0);
    }

    private URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        URI uri = base().resolve(exchange.getRequestURI());
        var request = new HTTPRequest(HTTPRequest.Method.valueOf(exchange.getRequestMethod()), uri);
        exchange.getRequestHeaders()
                .forEach((name, values) -> request.setHeader(name, values.toArray(String[]::new)));
        request.setBody(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        caught.add(request);
        String document =
                """
                {"resource":"%1$s/mcp","authorization_endpoint":"%1$s/authorize",\
                "token_endpoint":"%1$s/token","registration_endpoint":"%1$s/register",\
                "revocation_endpoint":"%1$s/revoke","client_id":"x","redirect_uris":["x"]}\
                """
                        .formatted(base());
        int status = uri.getPath().equals("/register") ? 201 : 200;
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, document.length());
        exchange.getResponseBody().write(document.getBytes(UTF_8));
        exchange.close();
    }

    @Test
    void authorization_request() throws Exception {
        Pkce pkce = Pkce.create();
        URI url = oauth.authorizeUrl(discovery, client, pkce, "state", Map.of("scope", "mcp:read"));
        AuthorizationRequest read = AuthorizationRequest.parse(url);
        assertEquals("id", read.getClientID().getValue());
        assertEquals(ResponseType.CODE, read.getResponseType());
        assertEquals(CodeChallengeMethod.S256, read.getCodeChallengeMethod());
        assertEquals(
                CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(pkce.verifier())),
                read.getCodeChallenge());
        assertEquals(List.of(base().resolve("/mcp")), read.getResources());
        assertEquals("state", read.getState().getValue());
    }

    @Test
    void token_requests() throws Exception {
        Pkce pkce = Pkce.create();
        oauth.exchange(discovery, client, pkce, "code", Map.of());
        TokenRequest exchange = TokenRequest.parse(caught.getFirst());
        var grant = (AuthorizationCodeGrant) exchange.getAuthorizationGrant();
        assertEquals("code", grant.getAuthorizationCode().getValue());
        assertEquals(pkce.verifier(), grant.getCodeVerifier().getValue());
        assertEquals(URI.create(client.redirectUri()), grant.getRedirectionURI());

        oauth.refresh(discovery, client, "refresh", Map.of("scope", "mcp:read"));
        TokenRequest refresh = TokenRequest.parse(caught.get(1));
        var renewed = (RefreshTokenGrant) refresh.getAuthorizationGrant();
        assertEquals("refresh", renewed.getRefreshToken().getValue());
        assertEquals("mcp:read", refresh.getScope().toString());

        var secret = new RegisteredClient("id", "s e:c/+", client.redirectUri());
        oauth.refresh(discovery, secret, "refresh", Map.of());
        TokenRequest confidential = TokenRequest.parse(caught.get(2));
        assertEquals(
                "client_secret_post",
                confidential.getClientAuthentication().getMethod().getValue());
    }

    @Test
    void revocation_and_registration() throws Exception {
        oauth.revoke(discovery, client, "token");
        TokenRevocationRequest revocation = TokenRevocationRequest.parse(caught.getFirst());
        assertEquals("token", revocation.getToken().getValue());
        assertEquals("id", revocation.getClientID().getValue());

        oauth.register(discovery, "Name", client.redirectUri());
        ClientRegistrationRequest registration = ClientRegistrationRequest.parse(caught.get(1));
        assertEquals("Name", registration.getClientMetadata().getName());
        assertEquals(
                URI.create(client.redirectUri()),
                registration.getClientMetadata().getRedirectionURI());
    }
}
