package postern.forge.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The shape of a path without the names in it. Segments that are a word of the API stay; somebody
 * who calls a branch {@code tags} thereby says nothing.
 */
final class PathPattern {
    private static final String NAME = "{}";

    /** No path of the API has more; what a child makes up is not written out. */
    private static final int MAX_SEGMENTS = 12;

    /** What follows these is a path of the person's own. */
    private static final Set<String> BEFORE_FILES =
            Set.of("contents", "raw", "media", "archive", "refs", "page", "download");

    /** First segments that are followed by so many names. */
    private static final Set<String> ONE_NAME = Set.of("users", "orgs", "teams", "packages");

    private static final Set<String> WORDS =
            Set.of(
                    "actions",
                    "activities",
                    "admin",
                    "applications",
                    "archive",
                    "artifacts",
                    "assets",
                    "assignees",
                    "avatar",
                    "blocks",
                    "branch_protections",
                    "branches",
                    "cancel",
                    "collaborators",
                    "comments",
                    "commits",
                    "compare",
                    "contents",
                    "dependencies",
                    "diffpatch",
                    "dismissals",
                    "dispatches",
                    "download",
                    "emails",
                    "files",
                    "followers",
                    "following",
                    "forks",
                    "generate",
                    "git",
                    "gpg_keys",
                    "heatmap",
                    "hooks",
                    "issue_config",
                    "issue_templates",
                    "issues",
                    "jobs",
                    "keys",
                    "labels",
                    "languages",
                    "latest",
                    "licenses",
                    "logs",
                    "markdown",
                    "markup",
                    "media",
                    "members",
                    "merge",
                    "migrate",
                    "milestones",
                    "mirror-sync",
                    "new",
                    "nodeinfo",
                    "notifications",
                    "orgs",
                    "packages",
                    "page",
                    "pages",
                    "permission",
                    "pin",
                    "projects",
                    "pulls",
                    "push_mirrors",
                    "quota",
                    "raw",
                    "reactions",
                    "refs",
                    "releases",
                    "repos",
                    "repositories",
                    "requested_reviewers",
                    "reviewers",
                    "reviews",
                    "revisions",
                    "runners",
                    "runs",
                    "search",
                    "secrets",
                    "settings",
                    "signing-key.gpg",
                    "stargazers",
                    "starred",
                    "start",
                    "stats",
                    "status",
                    "statuses",
                    "stop",
                    "stopwatch",
                    "stopwatches",
                    "subscribers",
                    "subscription",
                    "subscriptions",
                    "sync_fork",
                    "tag_protections",
                    "tags",
                    "tasks",
                    "teams",
                    "tests",
                    "threads",
                    "timeline",
                    "times",
                    "tokens",
                    "topics",
                    "transfer",
                    "trees",
                    "unread",
                    "update",
                    "user",
                    "users",
                    "variables",
                    "version",
                    "wiki",
                    "workflows");

    private PathPattern() {}

    static String of(RelayPath path) {
        return switch (path.kind()) {
            case DOWNLOAD ->
                    path.decoded().startsWith("/attachments/")
                            ? "/attachments/{}"
                            : path.decoded().contains("/releases/download/")
                                    ? "/{}/{}/releases/download/{}"
                                    : "/{}/{}/attachments/{}";
            case ELSEWHERE -> DownloadUrls.ELSEWHERE + NAME;
            case API -> "/api/v1/" + api(path.apiSegments());
        };
    }

    private static String api(List<String> segments) {
        String first = segments.getFirst();
        int names = first.equals("repos") ? 2 : ONE_NAME.contains(first) ? 1 : 0;
        var shown = new ArrayList<String>();
        for (int i = 0; i < segments.size(); i++) {
            if (i == MAX_SEGMENTS) {
                shown.add("...");
                break;
            }
            boolean isName = i > 0 && i <= names && !isRoute(first, segments, i);
            String segment = segments.get(i);
            shown.add(isName || !WORDS.contains(segment) ? NAME : segment);
            boolean afterNames = i > names;
            if (afterNames && BEFORE_FILES.contains(segment) && i + 1 < segments.size()) {
                shown.add(NAME);
                break;
            }
        }
        return shown.stream().collect(Collectors.joining("/"));
    }

    /** {@code /repos/search} and {@code /users/search} stand where names stand otherwise. */
    private static boolean isRoute(String first, List<String> segments, int at) {
        return at == 1
                && segments.size() == 2
                && Set.of("search", "migrate").contains(segments.get(1))
                && Set.of("repos", "users", "teams").contains(first);
    }
}
