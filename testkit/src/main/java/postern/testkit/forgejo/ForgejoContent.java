package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;

/**
 * What people put into their repositories, without going over the API. An unknown owner, repository
 * or release is an {@link IllegalArgumentException}.
 */
public final class ForgejoContent {
    private final Repositories repositories;

    ForgejoContent(Repositories repositories) {
        this.repositories = repositories;
    }

    /** The API then answers the old name with a redirect to the new one. */
    public void renameRepository(String owner, String name, String newName) {
        repositories.rename(repository(owner, name), newName);
    }

    /** Adds a release and returns its id. */
    public long addRelease(String owner, String name, String tag) {
        Repository repository = repository(owner, name);
        return repositories.addRelease(repository, repository.ownerId, tag).id;
    }

    /** Adds a file to a release and returns its id. */
    public long addReleaseFile(
            String owner, String name, String tag, String fileName, String content) {
        Attachment file = repositories.newAttachment(fileName, content.getBytes(UTF_8));
        return attach(owner, name, tag, file);
    }

    /** Adds a file that lies on another host to a release and returns its id. */
    public long addReleaseLink(
            String owner, String name, String tag, String fileName, URI elsewhere) {
        return attach(owner, name, tag, repositories.newAttachment(fileName, elsewhere));
    }

    /** Adds a file to an issue, which counts from 1 per repository, and returns its id. */
    public long addIssueFile(
            String owner, String name, long issue, String fileName, String content) {
        Repository repository = repository(owner, name);
        Attachment file = repositories.newAttachment(fileName, content.getBytes(UTF_8));
        synchronized (repositories) {
            repository.issues.stream()
                    .filter(known -> known.number == issue)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no such issue"))
                    .assets
                    .add(file);
        }
        return file.id;
    }

    private long attach(String owner, String name, String tag, Attachment file) {
        Repository repository = repository(owner, name);
        synchronized (repositories) {
            repository.releases.stream()
                    .filter(release -> release.tag.equals(tag))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no such release"))
                    .assets
                    .add(file);
        }
        return file.id;
    }

    private Repository repository(String owner, String name) {
        return repositories
                .named(owner, name)
                .orElseThrow(() -> new IllegalArgumentException("no such repository"));
    }
}
