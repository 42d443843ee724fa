package postern.testkit.forgejo;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What administrators and people do while the forge runs, in Java and over {@code /_double/}. */
class OperatorTest {
    private final ForgejoWalk walk;

    OperatorTest() throws IOException {
        walk = new ForgejoWalk();
    }

    @AfterEach
    void close() {
        walk.close();
    }

    private JsonNode userinfo(String access) throws IOException {
        return walk.get("login/oauth/userinfo", "Authorization", "Bearer " + access).json();
    }

    @Test
    void who_takes_over_a_login_has_another_id_and_none_of_the_old_grants() throws IOException {
        JsonNode before = walk.signIn("alice");
        String sub = userinfo(before.path("access_token").asText()).path("sub").asText();
        walk.forge.operator().replaceUser("alice");
        assertEquals(401, walk.api("/user", before.path("access_token").asText()).status());
        assertEquals(
                "grant does not exist",
                walk.refresh(before.path("refresh_token").asText())
                        .json()
                        .path("error_description")
                        .asText());
        JsonNode after = userinfo(walk.signIn("alice").path("access_token").asText());
        assertEquals("alice", after.path("preferred_username").asText());
        assertNotEquals(sub, after.path("sub").asText());
    }

    @Test
    void a_renamed_person_keeps_the_id() throws IOException {
        String access = walk.signIn("alice").path("access_token").asText();
        String sub = userinfo(access).path("sub").asText();
        walk.forge.renameUser("alice", "alicia");
        assertEquals("alicia", userinfo(access).path("preferred_username").asText());
        assertEquals(sub, userinfo(access).path("sub").asText());
    }

    @Test
    void groups_come_and_go_in_userinfo_and_api() throws IOException {
        String access = walk.signIn("alice").path("access_token").asText();
        walk.forge.operator().join("alice", "acme:devs");
        assertEquals("[\"acme\",\"acme:devs\"]", userinfo(access).path("groups").toString());
        assertEquals("acme", walk.api("/user/orgs", access).json().get(0).path("name").asText());
        JsonNode team = walk.api("/user/teams", access).json().get(0);
        assertEquals("devs", team.path("name").asText());
        assertEquals("acme", team.path("organization").path("username").asText());
        walk.forge.operator().leave("alice", "acme");
        assertFalse(userinfo(access).has("groups"));
        assertEquals(0, walk.api("/user/orgs", access).json().size());
    }

    @Test
    void an_application_belongs_to_who_registered_it_and_every_change_renews_its_secret()
            throws IOException {
        String all = "api/v1/user/applications/oauth2";
        String json =
                "{\"name\":\"x\",\"confidential_client\":true,\"redirect_uris\":[\"http://x/\"]}";
        String alice = "token " + walk.forge.addPersonalToken("alice", "write:user");
        String bob = "token " + walk.forge.addPersonalToken("bob", "write:user");
        JsonNode made = walk.postJson(all, json, "Authorization", alice).json();
        JsonNode listed = walk.get(all, "Authorization", alice).json();
        assertEquals(1, listed.size());
        assertEquals("", listed.get(0).path("client_secret").asText());
        assertEquals(0, walk.get(all, "Authorization", bob).json().size());
        String one = all + "/" + made.path("id").asText();
        assertEquals(404, walk.get(one, "Authorization", bob).status());
        assertEquals("x", walk.get(one, "Authorization", alice).json().path("name").asText());
        RawAnswer changed = walk.send("PATCH", one, json, "Authorization", alice);
        assertEquals(200, changed.status());
        assertEquals(made.path("client_id"), changed.json().path("client_id"));
        assertNotEquals(made.path("client_secret"), changed.json().path("client_secret"));
        walk.forge.operator().deleteUser("alice");
        assertEquals(1, walk.forge.apps().size(), "only the instance's own is left");
    }

    @Test
    void A10_who_must_change_the_password_is_sent_there() throws IOException {
        String access = walk.signIn("alice").path("access_token").asText();
        walk.forge.operator().mustChangePassword("alice", true);
        RawAnswer api = walk.api("/user", access);
        assertEquals(403, api.status());
        assertEquals(
                "You must change your password. Change it at: "
                        + walk.forge.rootUrl()
                        + "/user/change_password",
                api.json().path("message").asText());
        RawAnswer page = walk.get("login/oauth/userinfo", "Authorization", "Bearer " + access);
        assertEquals(303, page.status());
        assertEquals("/user/settings/change_password", page.header("Location"));
    }

    @ParameterizedTest(name = "over the control endpoint: {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    rename-user          | login=bob, new_login=robert
                    delete-user          | login=bob
                    replace-user         | login=bob
                    disable-user         | login=bob
                    enable-user          | login=bob
                    must-change-password | login=bob, on=false
                    groups               | login=bob, groups=acme
                    join                 | login=bob, group=acme:devs
                    leave                | login=bob, group=acme
                    personal-token       | login=bob, scopes=read:user
                    revoke-grant         | login=alice, client_id=CLIENT
                    grant-scope          | login=alice, client_id=CLIENT, scope=read:user
                    change-secret        | client_id=CLIENT
                    redirect-uris        | client_id=CLIENT, redirect_uris=http://127.0.0.1:1/new
                    trust                | client_id=CLIENT
                    delete-app           | client_id=CLIENT
                    personality          | name=gitea-1.23
                    clock-skew           | seconds=-90
                    require-sign-in      | on=true
                    rename-repository    | owner=bob, repo=public-notes, new_name=notes
                    release              | owner=bob, repo=public-notes, tag=v1
                    issue-file           | owner=bob, repo=public-notes, issue=1, name=a.txt, content=x
                    """)
    void each_verb_is_understood_and_names_a_missing_field(String verb, String fields)
            throws IOException {
        walk.signIn("alice");
        RawAnswer done = walk.postForm("_double/" + verb, form(fields));
        assertTrue(done.json().path("ok").asBoolean(), done.toString());
        String first = fields.substring(0, fields.indexOf('='));
        if (!verb.equals("clock-skew") && !verb.equals("require-sign-in")) {
            RawAnswer refused = walk.postForm("_double/" + verb, Map.of());
            assertEquals("field " + first + " is missing", refused.json().path("error").asText());
        }
    }

    @ParameterizedTest(name = "over the control endpoint: fault {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    lose-request      |                                   | broken
                    lose-answer       |                                   | broken
                    cut-body          |                                   | broken
                    half-json         |                                   | 200
                    drip              | bytes=100, ms=1                   | 200
                    slow              | ms=1                              | 200
                    html              | status=200                        | 200
                    html              | status=502, when=after            | 502
                    status            | status=503                        | 503
                    too-many-requests | retry_after_seconds=3             | 429
                    redirect          | location=http://elsewhere.example | 307
                    echo-secrets      | status=400                        | 400
                    answer            | status=418, body=[]               | 418
                    """)
    void each_fault_is_understood(String kind, String fields, String expected) throws IOException {
        String token = walk.signIn("alice").path("refresh_token").asText();
        Map<String, String> form = form(fields == null ? "" : fields);
        form.put("kind", kind);
        form.put("endpoint", "token-refresh");
        walk.postForm("_double/faults", form);
        String seen;
        try {
            seen = Integer.toString(walk.refresh(token).status());
        } catch (IOException broken) {
            seen = "broken";
        }
        assertEquals(expected, seen);
    }

    @Test
    void connections_are_refused_for_a_while_over_the_control_endpoint() throws IOException {
        int port = walk.forge.address().getPort();
        walk.postForm("_double/refuse-connections", Map.of("ms", "200"));
        await().until(() -> !listens(port));
        await().until(() -> listens(port));
        assertEquals(200, walk.get("api/v1/version").status());
    }

    private static boolean listens(int port) {
        try (var socket = new java.net.Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private Map<String, String> form(String fields) {
        var form = new LinkedHashMap<String, String>();
        for (String field : fields.isEmpty() ? new String[0] : fields.split(", ")) {
            String[] pair = field.split("=", 2);
            form.put(pair[0], pair[1].equals("CLIENT") ? walk.app.clientId() : pair[1]);
        }
        return form;
    }
}
