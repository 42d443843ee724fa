package postern.testkit.forgejo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.net.URI;

/** Releases, attachments and renamed repositories, below a ROOT_URL of its own; section E. */
class AttachmentTest {
    private static final String ROOT = "https://git.example.org/forge/";
    private static final String RELEASES = "/repos/alice/secret-plans/releases";

    private final ForgejoWalk walk;
    private final String access;

    AttachmentTest() throws IOException {
        walk = new ForgejoWalk(ForgejoDoubleOptions.standard().withRootUrl(URI.create(ROOT)));
        access = walk.forge.addPersonalToken("alice", "all");
    }

    @AfterEach
    void close() {
        walk.close();
    }

    private String here(String url) {
        assertTrue(url.startsWith(ROOT), url);
        return url.substring(ROOT.length());
    }

    @Test
    void E_a_release_file_is_named_below_root_url_and_needs_its_owners_token() throws IOException {
        long release = walk.forge.content().addRelease("alice", "secret-plans", "v1");
        walk.forge.content().addReleaseFile("alice", "secret-plans", "v1", "r.zip", "bytes");
        JsonNode asset = walk.api(RELEASES + "/" + release + "/assets", access).json().get(0);
        String listed = asset.path("browser_download_url").asText();
        assertEquals(ROOT + "alice/secret-plans/releases/download/v1/r.zip", listed);
        JsonNode one =
                walk.api(RELEASES + "/" + release + "/assets/" + asset.path("id").asText(), access)
                        .json();
        String url = one.path("browser_download_url").asText();
        assertEquals(ROOT + "attachments/" + one.path("uuid").asText(), url);
        for (String address : new String[] {listed, url}) {
            RawAnswer file = walk.get(here(address), "Authorization", "token " + access);
            assertEquals("bytes", file.body());
            assertEquals(404, walk.get(here(address)).status());
        }
        assertEquals(
                2,
                walk.api(RELEASES + "/latest", access)
                        .json()
                        .path("assets")
                        .get(0)
                        .path("download_count")
                        .asInt());
    }

    @Test
    void E_a_bad_token_is_refused_on_a_public_file_too() throws IOException {
        walk.forge.content().addIssueFile("alice", "public-notes", 1, "s.txt", "text");
        JsonNode issue = walk.api("/repos/alice/public-notes/issues/1", access).json();
        String url = here(issue.path("assets").get(0).path("browser_download_url").asText());
        assertEquals("text", walk.get(url).body());
        RawAnswer refused = walk.get(url, "Authorization", "token dummy");
        assertEquals(401, refused.status());
        assertEquals("text/plain; charset=utf-8", refused.header("Content-Type"));
    }

    @Test
    void E_a_release_may_name_a_file_on_another_host() throws IOException {
        long release = walk.forge.content().addRelease("alice", "secret-plans", "v1");
        URI elsewhere = URI.create("http://elsewhere.example/file");
        walk.forge.content().addReleaseLink("alice", "secret-plans", "v1", "x", elsewhere);
        JsonNode asset = walk.api(RELEASES + "/" + release, access).json().path("assets").get(0);
        assertEquals(elsewhere.toString(), asset.path("browser_download_url").asText());
        assertEquals(0, asset.path("size").asInt());
        assertEquals("external", asset.path("type").asText());
    }

    @Test
    void E_a_renamed_repository_is_found_by_a_redirect_without_a_host() throws IOException {
        walk.forge.content().renameRepository("alice", "secret-plans", "plans");
        RawAnswer answer = walk.api("/repos/alice/secret-plans/issues?state=all", access);
        assertEquals(307, answer.status());
        assertEquals("/forge/api/v1/repos/alice/plans/issues?state=all", answer.header("Location"));
        assertEquals(200, walk.api("/repos/alice/plans", access).status());
        assertEquals(404, walk.api("/repos/alice/never-was", access).status());
    }

    @Test
    void an_attachment_is_uploaded_renamed_and_deleted_over_the_api() throws IOException {
        String all = "api/v1/repos/alice/public-notes/issues/1/assets";
        String form =
                """
                --b\r
                Content-Disposition: form-data; name="attachment"; filename="s.txt"\r
                \r
                attachment bytes\r
                --b--\r
                """;
        String token = "token " + access;
        RawAnswer made =
                walk.send(
                        "POST",
                        all,
                        form,
                        "Content-Type",
                        "multipart/form-data; boundary=b",
                        "Authorization",
                        token);
        assertEquals(201, made.status());
        assertEquals("attachment bytes".length(), made.json().path("size").asInt());
        String one = all + "/" + made.json().path("id").asText();
        RawAnswer renamed = walk.send("PATCH", one, "{\"name\":\"t.txt\"}", "Authorization", token);
        assertEquals("t.txt", renamed.json().path("name").asText());
        assertEquals(204, walk.send("DELETE", one, "", "Authorization", token).status());
        assertEquals(404, walk.get(one).status());
    }
}
