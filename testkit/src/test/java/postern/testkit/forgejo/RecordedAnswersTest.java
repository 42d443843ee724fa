package postern.testkit.forgejo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Status, content type, body or fields of answers, as they were recorded from Gitea 1.23.0. */
class RecordedAnswersTest {
    private final ForgejoWalk walk;

    RecordedAnswersTest() throws IOException {
        walk =
                new ForgejoWalk(
                        ForgejoDoubleOptions.standard().withPersonality(Personality.GITEA_1_23));
    }

    @AfterEach
    void close() {
        walk.close();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    GET     | .well-known/openid-configuration        | -      | 200 | application/json               | issuer authorization_endpoint token_endpoint jwks_uri userinfo_endpoint introspection_endpoint response_types_supported id_token_signing_alg_values_supported subject_types_supported scopes_supported claims_supported code_challenge_methods_supported grant_types_supported
                    GET     | login/oauth/keys                        | -      | 200 | application/json               | keys
                    GET     | .well-known/oauth-authorization-server  | -      | 404 | -                              | -
                    GET     | login/oauth/register                    | -      | 404 | text/plain;charset=utf-8       | Not found.
                    OPTIONS | login/oauth/access_token                | -      | 405 | -                              | -
                    GET     | login/oauth/access_token                | -      | 405 | -                              | -
                    POST    | login/oauth/access_token                | -      | 400 | application/json;charset=utf-8 | error error_description
                    GET     | login/oauth/userinfo                    | -      | 401 | text/plain;charset=utf-8       | no valid authorization
                    GET     | login/oauth/userinfo                    | bad    | 401 | text/plain; charset=utf-8      | Verify
                    GET     | login/oauth/userinfo                    | narrow | 200 | application/json;charset=utf-8 | sub name preferred_username email picture groups
                    GET     | login/oauth/userinfo                    | barred | 200 | text/html; charset=utf-8       | -
                    POST    | login/oauth/introspect                  | -      | 401 | text/plain;charset=utf-8       | no valid authorization
                    GET     | api/v1/user                             | narrow | 200 | application/json;charset=utf-8 | id login login_name source_id full_name email avatar_url html_url language is_admin last_login created restricted active prohibit_login location website description visibility followers_count following_count starred_repos_count username
                    GET     | api/v1/user                             | -      | 401 | application/json;charset=utf-8 | message url
                    GET     | api/v1/version                          | bad    | 401 | application/json;charset=utf-8 | message url
                    GET     | api/v1/user                             | barred | 403 | application/json;charset=utf-8 | message
                    GET     | api/v1/repos/alice/secret-plans         | narrow | 403 | application/json;charset=utf-8 | message url
                    GET     | api/v1/repos/alice/secret-plans         | -      | 404 | application/json;charset=utf-8 | errors message url
                    POST    | api/v1/repos/alice/public-notes/issues/1 | narrow | 405 | -                              | -
                    GET     | user/login                              | -      | 200 | text/html; charset=utf-8       | -
                    GET     | login/oauth/authorize?client_id=nope    | -      | 303 | text/html; charset=utf-8       | -
                    POST    | login/oauth/authorize                   | -      | 400 | text/plain; charset=utf-8      | Invalid CSRF token.
                    """)
    void an_answer_is_as_recorded(
            String method, String path, String token, int status, String type, String content)
            throws IOException {
        RawAnswer answer = walk.send(method, path, "", headers(token));
        assertEquals(status, answer.status());
        assertEquals(type.equals("-") ? "" : type, answer.header("Content-Type"));
        if (type.startsWith("application/json")) {
            var names = new ArrayList<String>();
            answer.json().fieldNames().forEachRemaining(names::add);
            assertEquals(content, String.join(" ", names));
        } else if (!content.equals("-")) {
            assertEquals(content, answer.body().strip());
        }
        assertEquals("SAMEORIGIN", answer.header("X-Frame-Options"));
    }

    private String[] headers(String token) throws IOException {
        String value =
                switch (token) {
                    case "-" -> "";
                    case "bad" -> "garbage";
                    default ->
                            walk.signIn("alice", "scope", "read:user")
                                    .path("access_token")
                                    .asText();
                };
        if (token.equals("barred")) {
            walk.forge.disableUser("alice");
        }
        return value.isEmpty() ? new String[0] : new String[] {"Authorization", "Bearer " + value};
    }

    @Test
    void tokens_have_the_recorded_fields_and_claims() throws IOException {
        var tokens = walk.signIn("alice", "scope", "openid profile email groups", "nonce", "n");
        assertEquals("access_token token_type expires_in refresh_token id_token", names(tokens));
        assertEquals("bearer", tokens.path("token_type").asText());
        assertEquals("gnt tt exp iat", names(claims(tokens.path("access_token").asText())));
        assertEquals("gnt tt exp iat", names(claims(tokens.path("refresh_token").asText())));
    }

    @Test
    void no_sign_in_no_api_where_the_operator_says_so() throws IOException {
        walk.forge.operator().requireSignIn(true);
        RawAnswer answer = walk.get("api/v1/version");
        assertEquals(403, answer.status());
        assertEquals(
                "{\"message\":\"Only signed in user is allowed to call APIs.\"}\n", answer.body());
    }

    @Test
    void A2_plain_spoils_the_next_consent_of_the_same_browser() throws IOException {
        walk.walk(
                walk.browser,
                "alice",
                walk.authorizeUrl(walk.app, "code_challenge_method", "plain"));
        walk.forge.revokeGrant("alice", walk.app.clientId());
        String code = walk.walk(walk.browser, "alice", walk.authorizeUrl(walk.app)).get("code");
        assertEquals(
                "failed PKCE code challenge",
                walk.exchange(code).json().path("error_description").asText());
    }

    @Test
    void A10_a_refused_method_names_those_that_are_allowed() throws IOException {
        String path = "api/v1/repos/alice/public-notes/issues/1";
        assertEquals("GET, PATCH", walk.send("POST", path, "").header("Allow"));
    }

    private static com.fasterxml.jackson.databind.JsonNode claims(String token) throws IOException {
        return ForgejoWalk.claims(token);
    }

    private static String names(com.fasterxml.jackson.databind.JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return String.join(" ", names);
    }
}
