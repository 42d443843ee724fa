package postern.testkit.forgejo;

import java.util.ArrayList;
import java.util.List;

/** A release of a repository; guarded by the {@link Repositories} it is in. */
final class Release {
    final long id;
    final long authorId;
    final String tag;
    String title;
    String body;
    final List<Attachment> assets = new ArrayList<>();

    Release(long id, long authorId, String tag, String title, String body) {
        this.id = id;
        this.authorId = authorId;
        this.tag = tag;
        this.title = title;
        this.body = body;
    }
}
