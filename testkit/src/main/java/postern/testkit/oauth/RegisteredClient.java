package postern.testkit.oauth;

import com.fasterxml.jackson.databind.JsonNode;

/** A client as the server knows it; a public one has an empty secret. */
public record RegisteredClient(String clientId, String clientSecret, String redirectUri) {
    static RegisteredClient of(JsonNode registration) {
        return new RegisteredClient(
                registration.path("client_id").asText(),
                registration.path("client_secret").asText(""),
                registration.path("redirect_uris").path(0).asText());
    }
}
