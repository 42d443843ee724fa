package postern.testkit.oauth;

import com.fasterxml.jackson.databind.JsonNode;

import postern.testkit.http.RawAnswer;

/** A successful token answer; absent fields are empty. */
public record Tokens(String accessToken, String refreshToken, String scope, long expiresInSeconds) {
    /**
     * Reads a token answer.
     *
     * @throws IllegalStateException it is not a 200 with an access token; the text shows it
     */
    public static Tokens of(RawAnswer answer) {
        if (answer.status() != 200 || !answer.json().path("access_token").isTextual()) {
            throw new IllegalStateException("no tokens: " + answer);
        }
        JsonNode json = answer.json();
        return new Tokens(
                json.path("access_token").asText(),
                json.path("refresh_token").asText(""),
                json.path("scope").asText(""),
                json.path("expires_in").asLong());
    }
}
