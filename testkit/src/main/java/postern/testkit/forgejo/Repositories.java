package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All repositories, and who may see which: a private one exists for its owner only. */
final class Repositories {
    /** Where a repository was before it was renamed. */
    private record OldPlace(long ownerId, String name) {}

    private final List<Repository> all = new ArrayList<>();
    private final Map<OldPlace, Repository> renamed = new HashMap<>();
    private final Book book;

    Repositories(Book book) {
        this.book = book;
    }

    /** What each user starts with; names and texts tell the owner, so that a leak shows. */
    synchronized void seed(DoubleUser user) {
        seed(user, "public-notes", false);
        seed(user, "secret-plans", true);
    }

    private void seed(DoubleUser user, String name, boolean isPrivate) {
        String kind = isPrivate ? "private" : "public";
        Repository repository =
                add(user.id(), name, user.login() + "'s " + kind + " repository", isPrivate);
        String text = "# " + name + "\nThis is " + user.login() + "'s " + kind + " text.\n";
        repository.files.put("README.md", text.getBytes(UTF_8));
        repository.files.put("docs/plan.txt", (user.login() + " plans\n").getBytes(UTF_8));
        addIssue(
                repository,
                user.id(),
                "First issue of " + user.login(),
                "Written by " + user.login() + " in " + name);
    }

    synchronized Repository add(long ownerId, String name, String description, boolean isPrivate) {
        var repository = new Repository(book.nextId(), ownerId, name, description, isPrivate);
        all.add(repository);
        return repository;
    }

    synchronized Repository.Issue addIssue(
            Repository repository, long authorId, String title, String body) {
        long number = repository.issues.size() + 1L;
        var issue = new Repository.Issue(book.nextId(), number, authorId, title, body);
        repository.issues.add(issue);
        return issue;
    }

    synchronized Repository.Comment addComment(Repository.Issue issue, long authorId, String body) {
        var comment = new Repository.Comment(book.nextId(), authorId, body, new ArrayList<>());
        issue.comments.add(comment);
        return comment;
    }

    synchronized Release addRelease(Repository repository, long authorId, String tag) {
        var release = new Release(book.nextId(), authorId, tag, tag, "");
        repository.releases.add(release);
        return release;
    }

    Attachment newAttachment(String name, byte[] content) {
        return new Attachment(book.nextId(), name, content);
    }

    Attachment newAttachment(String name, URI elsewhere) {
        return new Attachment(book.nextId(), name, elsewhere);
    }

    synchronized void rename(Repository repository, String newName) {
        renamed.put(oldPlace(repository.ownerId, repository.name), repository);
        repository.name = newName;
    }

    /** What a repository of this former name is now. */
    synchronized Optional<Repository> renamed(String ownerLogin, String name) {
        return book.user(ownerLogin).map(owner -> renamed.get(oldPlace(owner.id(), name)));
    }

    private static OldPlace oldPlace(long ownerId, String name) {
        return new OldPlace(ownerId, name.toLowerCase(Locale.ROOT));
    }

    synchronized void deleteOwnedBy(long userId) {
        all.removeIf(repository -> repository.ownerId == userId);
        renamed.values().removeIf(repository -> repository.ownerId == userId);
    }

    synchronized List<Repository> ownedBy(long userId) {
        return all.stream().filter(repository -> repository.ownerId == userId).toList();
    }

    synchronized List<Repository> visibleTo(long userId) {
        return all.stream().filter(repository -> isVisible(repository, userId)).toList();
    }

    /** The repository if it exists for this viewer; 0 is nobody. */
    synchronized Optional<Repository> find(String ownerLogin, String name, long viewerId) {
        return named(ownerLogin, name).filter(found -> isVisible(found, viewerId));
    }

    /** The repository, whoever may see it. */
    synchronized Optional<Repository> named(String ownerLogin, String name) {
        Optional<DoubleUser> owner = book.user(ownerLogin);
        return all.stream()
                .filter(repository -> owner.filter(o -> o.id() == repository.ownerId).isPresent())
                .filter(repository -> repository.name.equalsIgnoreCase(name))
                .findFirst();
    }

    /** An attachment of a repository that exists for this viewer. */
    synchronized Optional<Attachment> attachment(String uuid, long viewerId) {
        return visibleTo(viewerId).stream()
                .flatMap(Repositories::attachments)
                .filter(attachment -> attachment.uuid.equals(uuid))
                .findFirst();
    }

    private static Stream<Attachment> attachments(Repository repository) {
        return Stream.concat(
                repository.releases.stream().flatMap(release -> release.assets.stream()),
                repository.issues.stream()
                        .flatMap(issue ->
                                Stream.concat(
                                        issue.assets.stream(),
                                        issue.comments.stream()
                                                .flatMap(comment -> comment.assets().stream()))));
    }

    private static boolean isVisible(Repository repository, long viewerId) {
        return !repository.isPrivate || repository.ownerId == viewerId;
    }
}
