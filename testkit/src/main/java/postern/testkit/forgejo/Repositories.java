package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All repositories, and who may see which: a private one exists for its owner only. */
final class Repositories {
    private final List<Repository> all = new ArrayList<>();
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
        var comment = new Repository.Comment(book.nextId(), authorId, body);
        issue.comments.add(comment);
        return comment;
    }

    synchronized List<Repository> ownedBy(long userId) {
        return all.stream().filter(repository -> repository.ownerId == userId).toList();
    }

    synchronized List<Repository> visibleTo(long userId) {
        return all.stream()
                .filter(repository -> !repository.isPrivate || repository.ownerId == userId)
                .toList();
    }

    /** The repository if it exists for this viewer; 0 is nobody. */
    synchronized Optional<Repository> find(String ownerLogin, String name, long viewerId) {
        Optional<DoubleUser> owner = book.user(ownerLogin);
        return visibleTo(viewerId).stream()
                .filter(repository -> owner.filter(o -> o.id() == repository.ownerId).isPresent())
                .filter(repository -> repository.name.equalsIgnoreCase(name))
                .findFirst();
    }
}
