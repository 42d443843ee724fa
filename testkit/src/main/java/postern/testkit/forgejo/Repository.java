package postern.testkit.forgejo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A repository with files on one branch and issues; guarded by its {@link Repositories}. */
final class Repository {
    /** An issue; its number counts from 1 per repository. */
    static final class Issue {
        final long id;
        final long number;
        final long authorId;
        String title;
        String body;
        String state = "open";
        final List<Comment> comments = new ArrayList<>();
        final List<Attachment> assets = new ArrayList<>();

        Issue(long id, long number, long authorId, String title, String body) {
            this.id = id;
            this.number = number;
            this.authorId = authorId;
            this.title = title;
            this.body = body;
        }
    }

    /** A comment of an issue; attachments are added later. */
    record Comment(long id, long authorId, String body, List<Attachment> assets) {}

    final long id;
    final long ownerId;
    String name;
    final String description;
    final boolean isPrivate;
    final Map<String, byte[]> files = new TreeMap<>();
    final List<Issue> issues = new ArrayList<>();
    final List<Release> releases = new ArrayList<>();

    Repository(long id, long ownerId, String name, String description, boolean isPrivate) {
        this.id = id;
        this.ownerId = ownerId;
        this.name = name;
        this.description = description;
        this.isPrivate = isPrivate;
    }
}
