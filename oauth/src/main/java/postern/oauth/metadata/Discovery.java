package postern.oauth.metadata;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.Scope;
import postern.http.Handler;
import postern.http.Response;
import postern.http.Routes;
import postern.oauth.OAuthConfig;
import postern.oauth.client.ClientConfig;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Serves the metadata of the authorization server and of each protected resource. */
public final class Discovery {
    private static final String AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server";
    private static final String PROTECTED_RESOURCE = "/.well-known/oauth-protected-resource";
    private static final List<String> AUTH_METHODS =
            List.of("none", "client_secret_post", "client_secret_basic");

    private final OAuthConfig config;
    private final ClientConfig clients;

    public Discovery(OAuthConfig config, ClientConfig clients) {
        this.config = config;
        this.clients = clients;
    }

    public void addTo(Routes.Builder routes) {
        // RFC 8414 section 3.1: inserted in front of the issuer's path, not appended
        String issuerPath = config.issuer().getRawPath();
        routes.wellKnown(AUTHORIZATION_SERVER + issuerPath, serve(authorizationServer()));
        routes.wellKnown(PROTECTED_RESOURCE, serve(resource(config.defaultResource())));
        for (String resource : config.resources()) {
            String path = URI.create(resource).getRawPath();
            routes.wellKnown(PROTECTED_RESOURCE + path, serve(resource(resource)));
        }
    }

    private static Handler serve(ObjectNode document) {
        Response response =
                Response.json(200, document.toString().getBytes(StandardCharsets.UTF_8))
                        .with("Cache-Control", "public, max-age=3600");
        return request -> response;
    }

    /**
     * RFC 8414 section 2, RFC 9207 section 3. Defaults of RFC 8414 claim too much: all is said
     * here.
     */
    ObjectNode authorizationServer() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("issuer", config.issuer().toString());
        document.put("authorization_endpoint", config.url("/oauth/authorize"));
        document.put("token_endpoint", config.url("/oauth/token"));
        if (clients.offersRegistration()) {
            document.put("registration_endpoint", config.url("/oauth/register"));
        }
        document.put("revocation_endpoint", config.url("/oauth/revoke"));
        put(document, "response_types_supported", List.of("code"));
        put(document, "response_modes_supported", List.of("query"));
        put(document, "grant_types_supported", List.of("authorization_code", "refresh_token"));
        put(document, "token_endpoint_auth_methods_supported", AUTH_METHODS);
        put(document, "revocation_endpoint_auth_methods_supported", AUTH_METHODS);
        if (clients.offersIntrospection()) {
            document.put("introspection_endpoint", config.url("/oauth/introspect"));
            put(
                    document,
                    "introspection_endpoint_auth_methods_supported",
                    List.of("client_secret_basic", "client_secret_post"));
        }
        if (clients.offersDocuments()) document.put("client_id_metadata_document_supported", true);
        put(document, "code_challenge_methods_supported", List.of("S256"));
        put(document, "scopes_supported", scopes());
        document.put("authorization_response_iss_parameter_supported", true);
        return document;
    }

    /** RFC 9728 section 2. */
    ObjectNode resource(String resource) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("resource", resource);
        put(document, "authorization_servers", List.of(config.issuer().toString()));
        put(document, "scopes_supported", scopes());
        put(document, "bearer_methods_supported", List.of("header"));
        document.put("resource_name", "Postern");
        return document;
    }

    private static List<String> scopes() {
        return Arrays.stream(Scope.Right.values()).map(Scope.Right::value).toList();
    }

    private static void put(ObjectNode document, String name, List<String> values) {
        values.forEach(document.putArray(name)::add);
    }
}
