package postern.testkit.forgejo;

import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/** A file at an issue, a comment or a release; guarded by the {@link Repositories} it is in. */
final class Attachment {
    final long id;
    final String uuid = UUID.randomUUID().toString();
    final byte[] content;

    /** Forgejo lets a release name a file on another host; then there is no content. */
    final Optional<URI> elsewhere;

    String name;
    long downloads;

    Attachment(long id, String name, byte[] content) {
        this(id, name, content, Optional.empty());
    }

    Attachment(long id, String name, URI elsewhere) {
        this(id, name, new byte[0], Optional.of(elsewhere));
    }

    private Attachment(long id, String name, byte[] content, Optional<URI> elsewhere) {
        this.id = id;
        this.name = name;
        this.content = content.clone();
        this.elsewhere = elsewhere;
    }
}
