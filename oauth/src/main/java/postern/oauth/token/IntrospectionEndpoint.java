package postern.oauth.token;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.Principal;
import postern.access.TokenCheck;
import postern.http.FormParams;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.OAuthConfig;
import postern.oauth.RequiredParameter;
import postern.oauth.client.ResourceServer;
import postern.oauth.client.ResourceServers;

/**
 * {@code POST /oauth/introspect} (RFC 7662), for the operator's resource servers only. Each is told
 * about the access tokens for its own resource; all others are inactive, without a reason.
 */
public final class IntrospectionEndpoint {
    private final OAuthConfig config;
    private final ResourceServers servers;
    private final TokenCheck tokens;

    public IntrospectionEndpoint(OAuthConfig config, ResourceServers servers, TokenCheck tokens) {
        this.config = config;
        this.servers = servers;
        this.tokens = tokens;
    }

    public Response handle(Request request) {
        FormParams form = FormParams.ofBody(request);
        form.single("token_type_hint"); // throws when it is repeated
        ResourceServer server = servers.authenticate(request, form);
        String token = RequiredParameter.of(form, "token");
        ObjectNode answer =
                tokens.inspect(token, server.resource())
                        .map(this::active)
                        .orElseGet(
                                () -> JsonNodeFactory.instance.objectNode().put("active", false));
        return Response.json(200, answer.toString()).with("Cache-Control", "no-store");
    }

    private ObjectNode active(TokenCheck.Inspected found) {
        Principal principal = found.principal();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("active", true);
        answer.put("scope", principal.scope().toString());
        answer.put("client_id", principal.clientId());
        answer.put("sub", Long.toString(principal.person().id()));
        answer.put("aud", principal.resource());
        answer.put("iss", config.issuer().toString());
        answer.put("exp", found.expiresAt().getEpochSecond());
        // a token that the end of its grant has cut short does not tell when it began
        if (found.expiresAt().isBefore(found.grantExpiresAt())) {
            answer.put("iat", found.expiresAt().minus(config.accessLife()).getEpochSecond());
        }
        answer.put("token_type", "Bearer");
        return answer;
    }
}
