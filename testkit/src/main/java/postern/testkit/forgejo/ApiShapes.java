package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** The JSON of users, repositories, files and issues as the API of the forge writes it. */
final class ApiShapes {
    static final String THEN = "2026-01-01T00:00:00Z";

    /** Who wrote what a deleted person left behind. */
    private static final DoubleUser GHOST =
            new DoubleUser(-1, "Ghost", "", "", "", List.of(), false, false);

    private final Book book;
    private final Site site;

    ApiShapes(Book book, Site site) {
        this.book = book;
        this.site = site;
    }

    ObjectNode user(long id) {
        return user(book.user(id).orElse(GHOST));
    }

    ObjectNode user(DoubleUser user) {
        return Json.object()
                .put("id", user.id())
                .put("login", user.login())
                .put("login_name", user.login())
                .put("source_id", 0)
                .put("full_name", user.fullName())
                .put("email", user.email())
                .put("avatar_url", site.avatar(user))
                .put("html_url", site.link("/" + user.login()))
                .put("language", "en-US")
                .put("is_admin", false)
                .put("last_login", THEN)
                .put("created", THEN)
                .put("restricted", false)
                .put("active", true)
                .put("prohibit_login", user.prohibited())
                .put("location", "")
                .put("website", "")
                .put("description", "")
                .put("visibility", "public")
                .put("followers_count", 0)
                .put("following_count", 0)
                .put("starred_repos_count", 0)
                .put("username", user.login());
    }

    ObjectNode repository(Repository repository, long viewerId) {
        String fullName = fullName(repository);
        boolean owner = repository.ownerId == viewerId;
        ObjectNode node =
                Json.object().put("id", repository.id).set("owner", user(repository.ownerId));
        node.put("name", repository.name)
                .put("full_name", fullName)
                .put("description", repository.description)
                .put("empty", repository.files.isEmpty())
                .put("private", repository.isPrivate)
                .put("fork", false)
                .put("template", false)
                .put("mirror", false)
                .put("size", 25)
                .put("language", "")
                .put("html_url", site.link("/" + fullName))
                .put("url", site.link("/api/v1/repos/" + fullName))
                .put("clone_url", site.link("/" + fullName + ".git"))
                .put("open_issues_count", repository.issues.size())
                .put("default_branch", "main")
                .put("archived", false)
                .put("created_at", THEN)
                .put("updated_at", THEN)
                .put("has_issues", true);
        node.putObject("permissions").put("admin", owner).put("push", owner).put("pull", true);
        return node;
    }

    String fullName(Repository repository) {
        return book.user(repository.ownerId).orElseThrow().login() + "/" + repository.name;
    }

    /** A file entry; its content is there only when the file itself was asked for. */
    ObjectNode file(Repository repository, String path, boolean withContent) {
        byte[] content = repository.files.get(path);
        String sha = sha(content);
        String encoded = URLEncoder.encode(path, UTF_8).replace("%2F", "/").replace("+", "%20");
        String api = "/api/v1/repos/" + fullName(repository);
        ObjectNode node =
                Json.object()
                        .put("name", path.substring(path.lastIndexOf('/') + 1))
                        .put("path", path)
                        .put("sha", sha)
                        .put("last_commit_sha", sha)
                        .put("type", "file")
                        .put("size", content.length);
        if (withContent) {
            node.put("encoding", "base64")
                    .put("content", Base64.getEncoder().encodeToString(content));
        } else {
            node.putNull("encoding");
            node.putNull("content");
        }
        node.putNull("target");
        String raw = "/" + fullName(repository) + "/raw/branch/main/" + encoded;
        return node.put("url", site.link(api + "/contents/" + encoded + "?ref=main"))
                .put("git_url", site.link(api + "/git/blobs/" + sha))
                .put("download_url", site.link(raw));
    }

    ObjectNode folder(Repository repository, String path) {
        ObjectNode node =
                Json.object()
                        .put("name", path.substring(path.lastIndexOf('/') + 1))
                        .put("path", path)
                        .put("sha", sha(path.getBytes(UTF_8)))
                        .put("type", "dir")
                        .put("size", 0);
        String api = "/api/v1/repos/" + fullName(repository) + "/contents/";
        return node.put("url", site.link(api + path + "?ref=main"));
    }

    /** The answer to a change of a file. */
    ObjectNode change(Repository repository, String path, String message) {
        ObjectNode node = Json.object().set("content", file(repository, path, true));
        node.putObject("commit")
                .put("sha", sha((path + message).getBytes(UTF_8)))
                .put("message", message + "\n");
        return node;
    }

    ObjectNode issue(Repository repository, Repository.Issue issue) {
        String path = fullName(repository) + "/issues/" + issue.number;
        ObjectNode node =
                Json.object()
                        .put("id", issue.id)
                        .put("url", site.link("/api/v1/repos/" + path))
                        .put("html_url", site.link("/" + path))
                        .put("number", issue.number)
                        .set("user", user(issue.authorId));
        node.put("original_author", "")
                .put("original_author_id", 0)
                .put("title", issue.title)
                .put("body", issue.body)
                .put("ref", "");
        node.putArray("assets");
        node.putArray("labels");
        node.putNull("milestone");
        node.putNull("assignees");
        node.put("state", issue.state)
                .put("is_locked", false)
                .put("comments", issue.comments.size())
                .put("created_at", THEN)
                .put("updated_at", THEN);
        node.putNull("closed_at");
        node.putNull("pull_request");
        node.putObject("repository")
                .put("id", repository.id)
                .put("name", repository.name)
                .put("owner", book.user(repository.ownerId).orElseThrow().login())
                .put("full_name", fullName(repository));
        return node.put("pin_order", 0);
    }

    ObjectNode comment(Repository repository, Repository.Issue issue, Repository.Comment comment) {
        String path = "/" + fullName(repository) + "/issues/" + issue.number;
        ObjectNode node =
                Json.object()
                        .put("id", comment.id())
                        .put("html_url", site.link(path + "#issuecomment-" + comment.id()))
                        .put("pull_request_url", "")
                        .put("issue_url", site.link(path))
                        .set("user", user(comment.authorId()));
        return node.put("original_author", "")
                .put("original_author_id", 0)
                .put("body", comment.body())
                .put("created_at", THEN)
                .put("updated_at", THEN);
    }

    static String sha(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JDK has no SHA-1", missing);
        }
    }
}
