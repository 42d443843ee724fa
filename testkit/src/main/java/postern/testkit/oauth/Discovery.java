package postern.testkit.oauth;

import com.fasterxml.jackson.databind.JsonNode;

import postern.testkit.http.RawAnswer;

import java.net.URI;

/**
 * What a client learns from the address of an MCP endpoint alone.
 *
 * @param challenge the 401 of the endpoint
 * @param resource the protected resource metadata, RFC 9728
 * @param server the authorization server metadata, RFC 8414
 */
public record Discovery(RawAnswer challenge, RawAnswer resource, RawAnswer server) {
    public URI endpoint(String name) {
        JsonNode value = server.json().path(name);
        if (!value.isTextual()) {
            throw new IllegalStateException("no " + name + " in " + server);
        }
        return URI.create(value.asText());
    }

    public String issuer() {
        return server.json().path("issuer").asText();
    }

    /** The resource identifier that goes into authorize and token requests, RFC 8707. */
    public String resourceId() {
        return resource.json().path("resource").asText();
    }
}
