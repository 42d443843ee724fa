package postern.testkit.forgejo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static postern.testkit.forgejo.ForgejoWalk.CALLBACK;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The token endpoint's answers and refusals; sections A4, A5 and A6. */
class TokenEndpointTest {
    private final ForgejoWalk walk;

    TokenEndpointTest() throws IOException {
        walk = new ForgejoWalk();
    }

    @AfterEach
    void close() {
        walk.close();
    }

    @Test
    void A5_a_code_becomes_tokens_without_scope_and_with_forgejos_claims() throws IOException {
        JsonNode tokens = walk.signIn("alice", "scope", "read:user");
        assertEquals("bearer", tokens.path("token_type").asText());
        assertEquals(3600, tokens.path("expires_in").asInt());
        assertFalse(tokens.has("scope"));
        assertFalse(tokens.has("id_token"));
        JsonNode access = ForgejoWalk.claims(tokens.path("access_token").asText());
        JsonNode refresh = ForgejoWalk.claims(tokens.path("refresh_token").asText());
        assertEquals(0, access.path("tt").asInt());
        assertEquals(1, refresh.path("tt").asInt());
        assertEquals(1, refresh.path("cnt").asInt());
        assertEquals(access.path("gnt"), refresh.path("gnt"));
        assertEquals(3600, access.path("exp").asLong() - access.path("iat").asLong());
        assertEquals(730 * 3600, refresh.path("exp").asLong() - refresh.path("iat").asLong());
    }

    @Test
    void A5_scope_openid_adds_an_id_token_with_nonce() throws IOException {
        JsonNode tokens = walk.signIn("alice", "scope", "openid email", "nonce", "n-1");
        JsonNode id = ForgejoWalk.claims(tokens.path("id_token").asText());
        assertEquals("n-1", id.path("nonce").asText());
        assertEquals("alice@example.org", id.path("email").asText());
        assertEquals(walk.app.clientId(), id.path("aud").get(0).asText());
    }

    @ParameterizedTest(name = "A6 code, {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    wrong secret       | client_secret | gto_wrong                      | unauthorized_client | invalid client secret
                    empty secret       | client_secret | ''                             | unauthorized_client | invalid empty client secret
                    unknown client     | client_id     | nope                           | invalid_client      | cannot load client with client id: 'nope'
                    foreign redirect   | redirect_uri  | http://evil.example/           | unauthorized_client | unexpected redirect URI
                    other redirect     | redirect_uri  | http://127.0.0.1:8443/Callback | unauthorized_client | redirect_uri does not match the authorization request
                    no redirect        | redirect_uri  | ''                             | unauthorized_client | redirect_uri does not match the authorization request
                    unknown code       | code          | gta_nope                       | unauthorized_client | client is not authorized
                    wrong verifier     | code_verifier | wrong                          | unauthorized_client | failed PKCE code challenge
                    no verifier        | code_verifier | ''                             | unauthorized_client | failed PKCE code challenge
                    other grant type   | grant_type    | password                       | unsupported_grant_type | Only refresh_token or authorization_code grant type is supported
                    """)
    void A6_a_code_exchange_is_refused_with_forgejos_words(
            String when, String field, String value, String error, String description)
            throws IOException {
        assertRefused(error, description, walk.exchange(walk.code("alice"), field, value), when);
    }

    @Test
    void A6_a_code_works_once_and_a_failed_proof_does_not_spend_it() throws IOException {
        String code = walk.code("alice");
        assertEquals(400, walk.exchange(code, "code_verifier", "wrong").status());
        assertEquals(200, walk.exchange(code).status());
        assertRefused(
                "unauthorized_client",
                "client is not authorized",
                walk.exchange(code),
                "used twice");
    }

    @Test
    void A6_another_applications_code_is_an_invalid_grant() throws IOException {
        DoubleApp other = walk.forge.registerApp("other", List.of(CALLBACK), true);
        String code = walk.code("alice");
        RawAnswer answer =
                walk.exchange(
                        code, "client_id", other.clientId(), "client_secret", other.clientSecret());
        assertRefused("invalid_grant", "invalid grant", answer, "other app");
    }

    @ParameterizedTest(name = "A6 refresh, {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    wrong secret   | client_secret | gto_wrong | invalid_client      | invalid client secret
                    empty secret   | client_secret | ''        | invalid_client      | invalid empty client secret
                    unknown client | client_id     | nope      | invalid_client      | cannot load client with client id: "nope"
                    garbage        | refresh_token | garbage   | unauthorized_client | unable to parse refresh token
                    """)
    void A6_a_refresh_is_refused_with_forgejos_words(
            String when, String field, String value, String error, String description)
            throws IOException {
        String token = walk.signIn("alice").path("refresh_token").asText();
        assertRefused(error, description, walk.refresh(token, field, value), when);
    }

    @Test
    void A6_an_access_token_is_no_refresh_token() throws IOException {
        String access = walk.signIn("alice").path("access_token").asText();
        assertRefused(
                "unauthorized_client", "token is not a refresh token", walk.refresh(access), "");
    }

    @Test
    void A6_a_deleted_app_is_an_unknown_client() throws IOException {
        String token = walk.signIn("alice").path("refresh_token").asText();
        walk.forge.deleteApp(walk.app.clientId());
        assertRefused(
                "invalid_client",
                "cannot load client with client id: \"" + walk.app.clientId() + "\"",
                walk.refresh(token),
                "deleted");
    }

    @Test
    void A6_a_changed_secret_refuses_the_old_one() throws IOException {
        String token = walk.signIn("alice").path("refresh_token").asText();
        String secret = walk.forge.changeSecret(walk.app.clientId());
        assertEquals("invalid_client", walk.refresh(token).json().path("error").asText());
        assertEquals(200, walk.refresh(token, "client_secret", secret).status());
    }

    @Test
    void A6_a_bad_basic_header_is_an_invalid_request() throws IOException {
        RawAnswer answer =
                walk.postForm(
                        "login/oauth/access_token",
                        Map.of("grant_type", "authorization_code"),
                        "Authorization",
                        "Basic !!!");
        assertRefused("invalid_request", "cannot parse basic auth header", answer, "basic");
    }

    @Test
    void A1_the_token_endpoint_reads_json_too() throws IOException {
        String json =
                Json.object()
                        .put("grant_type", "authorization_code")
                        .put("client_id", walk.app.clientId())
                        .put("client_secret", walk.app.clientSecret())
                        .put("code", walk.code("alice"))
                        .put("redirect_uri", CALLBACK)
                        .put("code_verifier", ForgejoWalk.VERIFIER)
                        .toString();
        assertEquals(200, walk.postJson("login/oauth/access_token", json).status());
    }

    @Test
    void every_secret_that_was_issued_is_listed_for_searches() throws IOException {
        JsonNode tokens = walk.signIn("alice");
        List<String> issued = walk.forge.issuedTokens();
        assertTrue(issued.contains(tokens.path("access_token").asText()));
        assertTrue(issued.contains(tokens.path("refresh_token").asText()));
        assertTrue(issued.contains(walk.app.clientSecret()));
    }

    static void assertRefused(String error, String description, RawAnswer answer, String when) {
        assertEquals(400, answer.status(), when);
        assertEquals(
                "{\"error\":\""
                        + error
                        + "\",\"error_description\":"
                        + Json.object().textNode(description)
                        + "}\n",
                answer.body(),
                when);
        assertTrue(answer.headers().firstValue("WWW-Authenticate").isEmpty(), when);
    }
}
