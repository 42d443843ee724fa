package postern.testkit.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.http.Clients;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Walks the OAuth dance of MCP step by step. Maps named {@code changes} replace or add parameters;
 * an empty value removes one.
 */
public final class OAuthClient implements AutoCloseable {
    private static final Pattern RESOURCE_METADATA =
            Pattern.compile("resource_metadata=\"([^\"]+)\"");

    private final HttpClient client;

    private OAuthClient(HttpClient client) {
        this.client = client;
    }

    public static OAuthClient create() {
        return create(Clients.create());
    }

    public static OAuthClient create(HttpClient client) {
        return new OAuthClient(client);
    }

    /**
     * From the endpoint's 401 over its resource metadata to its authorization server's metadata.
     *
     * @throws IllegalStateException a step does not lead on; the text shows its answer
     */
    public Discovery discover(URI endpoint) throws IOException {
        RawAnswer challenge =
                postJson(endpoint, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
        Matcher pointer = RESOURCE_METADATA.matcher(challenge.header("WWW-Authenticate"));
        if (challenge.status() != 401 || !pointer.find()) {
            throw new IllegalStateException("no challenge with resource_metadata: " + challenge);
        }
        RawAnswer resource = get(URI.create(pointer.group(1)));
        String issuer = resource.json().path("authorization_servers").path(0).asText();
        if (issuer.isEmpty()) {
            throw new IllegalStateException("no authorization server: " + resource);
        }
        return new Discovery(challenge, resource, get(metadataOf(URI.create(issuer))));
    }

    /** The well-known part goes between host and path, RFC 8414 section 3.1. */
    static URI metadataOf(URI issuer) {
        String path = issuer.getRawPath().replaceFirst("/$", "");
        return issuer.resolve("/.well-known/oauth-authorization-server" + path);
    }

    /** Registers a public client the way MCP clients do, RFC 7591. */
    public RegisteredClient register(Discovery discovery, String name, String... redirectUris)
            throws IOException {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("client_name", name);
        Arrays.asList(redirectUris).forEach(document.putArray("redirect_uris")::add);
        document.putArray("grant_types").add("authorization_code").add("refresh_token");
        document.putArray("response_types").add("code");
        document.put("token_endpoint_auth_method", "none");
        RawAnswer answer =
                register(discovery.endpoint("registration_endpoint"), document.toString());
        if (answer.status() != 201) {
            throw new IllegalStateException("not registered: " + answer);
        }
        return RegisteredClient.of(answer.json());
    }

    /** Sends any registration document. */
    public RawAnswer register(URI endpoint, String json) throws IOException {
        return postJson(endpoint, json);
    }

    /** The address that the browser is sent to; nothing is requested here. */
    public URI authorizeUrl(
            Discovery discovery,
            RegisteredClient registered,
            Pkce pkce,
            String state,
            Map<String, String> changes) {
        Map<String, String> parameters =
                Parameters.of(
                        "response_type", "code",
                        "client_id", registered.clientId(),
                        "redirect_uri", registered.redirectUri(),
                        "state", state,
                        "code_challenge", pkce.challenge(),
                        "code_challenge_method", "S256",
                        "resource", discovery.resourceId());
        String query = Parameters.encode(Parameters.changed(parameters, changes));
        return URI.create(discovery.endpoint("authorization_endpoint") + "?" + query);
    }

    public RawAnswer exchange(
            Discovery discovery,
            RegisteredClient registered,
            Pkce pkce,
            String code,
            Map<String, String> changes)
            throws IOException {
        Map<String, String> parameters =
                Parameters.of(
                        "grant_type", "authorization_code",
                        "client_id", registered.clientId(),
                        "client_secret", registered.clientSecret(),
                        "code", code,
                        "redirect_uri", registered.redirectUri(),
                        "code_verifier", pkce.verifier(),
                        "resource", discovery.resourceId());
        return token(discovery, parameters, changes);
    }

    public RawAnswer refresh(
            Discovery discovery,
            RegisteredClient registered,
            String refreshToken,
            Map<String, String> changes)
            throws IOException {
        Map<String, String> parameters =
                Parameters.of(
                        "grant_type", "refresh_token",
                        "client_id", registered.clientId(),
                        "client_secret", registered.clientSecret(),
                        "refresh_token", refreshToken,
                        "resource", discovery.resourceId());
        return token(discovery, parameters, changes);
    }

    private RawAnswer token(
            Discovery discovery, Map<String, String> parameters, Map<String, String> changes)
            throws IOException {
        return postForm(
                discovery.endpoint("token_endpoint"), Parameters.changed(parameters, changes));
    }

    /** Revokes either token, RFC 7009. */
    public RawAnswer revoke(Discovery discovery, RegisteredClient registered, String token)
            throws IOException {
        Map<String, String> parameters =
                Parameters.of(
                        "token", token,
                        "client_id", registered.clientId(),
                        "client_secret", registered.clientSecret());
        return postForm(
                discovery.endpoint("revocation_endpoint"),
                Parameters.changed(parameters, Map.of()));
    }

    /** A header value for client authentication by Basic. */
    public static String basic(RegisteredClient registered) {
        String pair = registered.clientId() + ":" + registered.clientSecret();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    public RawAnswer get(URI uri, String... headers) throws IOException {
        return send(HttpRequest.newBuilder(uri).GET(), headers);
    }

    public RawAnswer postForm(URI uri, Map<String, String> form, String... headers)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString(Parameters.encode(form)))
                        .header("Content-Type", "application/x-www-form-urlencoded");
        return send(request, headers);
    }

    public RawAnswer postJson(URI uri, String json, String... headers) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream");
        return send(request, headers);
    }

    private RawAnswer send(HttpRequest.Builder request, String... headers) throws IOException {
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return Clients.send(client, request.timeout(Clients.PATIENCE).build());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
