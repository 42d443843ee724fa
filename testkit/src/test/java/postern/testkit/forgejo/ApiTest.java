package postern.testkit.forgejo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.util.Base64;

/** Scopes, API refusals, userinfo and introspection; sections A8, A9, A10 and E. */
class ApiTest {
    private final ForgejoWalk walk;

    ApiTest() throws IOException {
        walk = new ForgejoWalk();
    }

    @AfterEach
    void close() {
        walk.close();
    }

    private String access(String... more) throws IOException {
        return walk.signIn("alice", more).path("access_token").asText();
    }

    @ParameterizedTest(name = "A8: scope {0} on {1}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                          | /repos/alice/secret-plans        | 200
                    openid profile email        | /repos/alice/secret-plans        | 200
                    bogus                       | /repos/alice/secret-plans        | 200
                    read:user,read:repository   | /repos/alice/secret-plans/issues | 200
                    read:user                   | /user                            | 200
                    read:user                   | /repos/alice/public-notes        | 403
                    read:user bogus             | /repos/alice/public-notes        | 403
                    write:issue                 | /repos/alice/secret-plans/issues | 200
                    write:repository            | /user/repos                      | 403
                    public-only                 | /user                            | 403
                    read:repository public-only | /repos/alice/public-notes        | 200
                    read:repository public-only | /repos/alice/secret-plans        | 403
                    public-only                 | /version                         | 200
                    """)
    void A8_nothing_left_of_the_scope_means_all(String scope, String path, int status)
            throws IOException {
        assertEquals(status, walk.api(path, access("scope", scope)).status());
    }

    @Test
    void A10_a_missing_scope_is_refused_with_forgejos_words() throws IOException {
        RawAnswer answer = walk.api("/repos/alice/public-notes", access("scope", "read:user"));
        assertEquals(
                "token does not have at least one of required scope(s): [read:repository]",
                answer.json().path("message").asText());
        assertEquals(walk.forge.rootUrl() + "api/swagger", answer.json().path("url").asText());
    }

    @Test
    void A10_a_bad_token_is_401_even_on_the_public_version_route() throws IOException {
        assertEquals(200, walk.get("api/v1/version").status());
        RawAnswer answer = walk.api("/version", "garbage");
        assertEquals(401, answer.status());
        assertEquals(
                "user does not exist [uid: 0, name: ]", answer.json().path("message").asText());
        assertTrue(answer.headers().firstValue("WWW-Authenticate").isEmpty());
    }

    @Test
    void A10_forgejo_16_echoes_the_whole_token_twice() throws IOException {
        ForgejoDoubleOptions options =
                ForgejoDoubleOptions.standard().withPersonality(Personality.FORGEJO_16);
        try (var other = new ForgejoWalk(options)) {
            String token = other.signIn("alice").path("access_token").asText();
            other.forge.revokeGrant("alice", other.app.clientId());
            String message = other.api("/user", token).json().path("message").asText();
            assertTrue(message.startsWith("oauth2 grant not found or revoked\n"));
            assertTrue(message.contains("access token does not exist [sha: " + token + "]"));
            assertTrue(message.contains("task with token \"" + token + "\""));
        }
    }

    @Test
    void A10_no_token_on_a_protected_route_says_so() throws IOException {
        RawAnswer answer = walk.get("api/v1/user");
        assertEquals(401, answer.status());
        assertEquals("token is required", answer.json().path("message").asText());
    }

    @Test
    void A10_bearer_token_and_basic_are_all_accepted() throws IOException {
        String access = access();
        String basic = Base64.getEncoder().encodeToString(("alice:" + access).getBytes(UTF_8));
        for (String header :
                new String[] {"Bearer " + access, "token " + access, "Basic " + basic}) {
            RawAnswer answer = walk.get("api/v1/user", "Authorization", header);
            assertEquals("alice", answer.json().path("login").asText(), header);
        }
        String refresh = walk.signIn("alice").path("refresh_token").asText();
        assertEquals(401, walk.api("/user", refresh).status());
    }

    @Test
    void each_person_sees_only_their_own_private_repository() throws IOException {
        String alice = access();
        String bob = walk.signIn("bob").path("access_token").asText();
        JsonNode file = walk.api("/repos/alice/secret-plans/contents/README.md", alice).json();
        String text = new String(Base64.getDecoder().decode(file.path("content").asText()), UTF_8);
        assertTrue(text.contains("alice's private text"));
        assertEquals(404, walk.api("/repos/alice/secret-plans", bob).status());
        assertEquals(200, walk.api("/repos/alice/public-notes", bob).status());
        assertFalse(walk.api("/user/repos", bob).body().contains("alice"));
        assertEquals(404, walk.get("api/v1/repos/alice/secret-plans").status());
    }

    @Test
    void an_issue_and_a_comment_are_written_by_the_tokens_owner() throws IOException {
        String path = "api/v1/repos/alice/secret-plans/issues";
        String bearer = "Bearer " + access("scope", "write:issue");
        RawAnswer issue =
                walk.postJson(path, "{\"title\":\"t\",\"body\":\"b\"}", "Authorization", bearer);
        assertEquals(201, issue.status());
        assertEquals("alice", issue.json().path("user").path("login").asText());
        RawAnswer comment =
                walk.postJson(
                        path + "/2/comments", "{\"body\":\"hello\"}", "Authorization", bearer);
        assertEquals(201, comment.status());
        RawAnswer comments = walk.get(path + "/2/comments", "Authorization", bearer);
        assertEquals("hello", comments.json().get(0).path("body").asText());
        assertEquals(422, walk.postJson(path, "{}", "Authorization", bearer).status());
    }

    @Test
    void A14_an_application_is_registered_over_the_api_and_public_unless_said() throws IOException {
        String token = "token " + walk.forge.addPersonalToken("alice", "write:user");
        RawAnswer made =
                walk.postJson(
                        "api/v1/user/applications/oauth2",
                        "{\"name\":\"x\",\"redirect_uris\":[\"http://x/\"]}",
                        "Authorization",
                        token);
        assertEquals(201, made.status());
        assertFalse(made.json().path("confidential_client").asBoolean());
        assertTrue(made.json().path("client_secret").asText().startsWith("gto_"));
    }

    @Test
    void A9_userinfo_answers_whatever_the_scope_and_leaves_out_empty_groups() throws IOException {
        walk.forge.setGroups("alice", "acme", "acme:devs");
        String bearer = "Bearer " + access("scope", "read:issue");
        JsonNode alice = walk.get("login/oauth/userinfo", "Authorization", bearer).json();
        assertEquals("alice", alice.path("preferred_username").asText());
        assertEquals("acme:devs", alice.path("groups").get(1).asText());
        String bob = "Bearer " + walk.signIn("bob").path("access_token").asText();
        assertFalse(walk.get("login/oauth/userinfo", "Authorization", bob).json().has("groups"));
    }

    @Test
    void A9_userinfo_without_a_token_challenges_and_with_a_bad_one_does_not() throws IOException {
        RawAnswer none = walk.get("login/oauth/userinfo");
        assertEquals(401, none.status());
        assertEquals("no valid authorization", none.body());
        assertEquals("Bearer realm=\"\"", none.header("WWW-Authenticate"));
        RawAnswer bad = walk.get("login/oauth/userinfo", "Authorization", "Bearer x");
        assertEquals(401, bad.status());
        assertTrue(bad.headers().firstValue("WWW-Authenticate").isEmpty());
    }

    @Test
    void E_userinfo_of_a_prohibited_person_is_a_page_with_200() throws IOException {
        String bearer = "Bearer " + access();
        walk.forge.disableUser("alice");
        RawAnswer answer = walk.get("login/oauth/userinfo", "Authorization", bearer);
        assertEquals(200, answer.status());
        assertTrue(answer.header("Content-Type").startsWith("text/html"));
    }

    @Test
    void A9_introspection_tells_the_stored_scope_and_no_expiry() throws IOException {
        JsonNode answer = walk.introspect(access("scope", "openid read:user bogus")).json();
        assertTrue(answer.path("active").asBoolean());
        assertEquals("openid read:user bogus", answer.path("scope").asText());
        assertEquals("alice", answer.path("username").asText());
        assertFalse(answer.has("exp"));
    }

    @Test
    void E_introspection_of_garbage_is_401_unless_query_tokens_are_off() throws IOException {
        assertEquals(401, walk.introspect("garbage").status());
        ForgejoDoubleOptions options = ForgejoDoubleOptions.standard().withQueryAuthToken(false);
        try (var other = new ForgejoWalk(options)) {
            assertEquals("{\"active\":false}\n", other.introspect("garbage").body());
        }
    }
}
