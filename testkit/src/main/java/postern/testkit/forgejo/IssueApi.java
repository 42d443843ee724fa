package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The routes about issues and comments; they need the issue scope only. */
final class IssueApi {
    private final Repositories repositories;
    private final ApiShapes shapes;
    private final AttachmentShapes attachments;

    IssueApi(Repositories repositories, ApiShapes shapes, AttachmentShapes attachments) {
        this.repositories = repositories;
        this.shapes = shapes;
        this.attachments = attachments;
    }

    void addTo(ApiEndpoints api) {
        String all = "/repos/{owner}/{repo}/issues";
        String one = all + "/{number}";
        api.open("GET", all, "issue", in(this::list));
        api.closed("POST", all, "issue", in(this::create));
        api.open("GET", one, "issue", inIssue(this::show));
        api.closed("PATCH", one, "issue", inIssue(this::edit));
        api.open("GET", one + "/comments", "issue", inIssue(this::comments));
        api.closed("POST", one + "/comments", "issue", inIssue(this::comment));
        var assets = new AssetRoutes(repositories, attachments);
        assets.addTo(api, one, "issue", this::shelf);
        assets.addTo(api, all + "/comments/{id}", "issue", this::commentShelf);
    }

    private void shelf(ApiCall call, Consumer<AssetRoutes.Shelf> handler) {
        inIssue((inside, place) -> handler.accept(shelf(place.repository(), place.issue().assets)))
                .accept(call);
    }

    private void commentShelf(ApiCall call, Consumer<AssetRoutes.Shelf> handler) {
        in((inside, repository) ->
                        repository.issues.stream()
                                .flatMap(issue -> issue.comments.stream())
                                .filter(comment ->
                                        Long.toString(comment.id()).equals(call.path().get("id")))
                                .findFirst()
                                .ifPresentOrElse(
                                        found -> handler.accept(shelf(repository, found.assets())),
                                        call::notFound))
                .accept(call);
    }

    private AssetRoutes.Shelf shelf(Repository repository, List<Attachment> assets) {
        return new AssetRoutes.Shelf(repository, assets, attachments::attachment);
    }

    /** The issue of a path, in its repository. */
    private record Place(Repository repository, Repository.Issue issue) {}

    private Consumer<ApiCall> in(BiConsumer<ApiCall, Repository> handler) {
        return call -> RepositoryApi.inRepository(repositories, call, handler);
    }

    private Consumer<ApiCall> inIssue(BiConsumer<ApiCall, Place> handler) {
        return in((call, repository) -> {
            String number = call.path().get("number");
            Optional<Repository.Issue> issue =
                    repository.issues.stream()
                            .filter(known -> Long.toString(known.number).equals(number))
                            .findFirst();
            issue.ifPresentOrElse(
                    found -> handler.accept(call, new Place(repository, found)), call::notFound);
        });
    }

    private void list(ApiCall call, Repository repository) {
        String state = call.exchange().query().getOrDefault("state", "open");
        call.list(
                repository.issues.stream()
                        .filter(issue -> state.equals("all") || issue.state.equals(state))
                        .map(issue -> issue(repository, issue))
                        .toList());
    }

    private void create(ApiCall call, Repository repository) {
        String title = call.text("title");
        if (title.isEmpty()) {
            call.refuse(422, "[Title]: Required");
        } else {
            Repository.Issue issue =
                    repositories.addIssue(repository, call.viewerId(), title, call.text("body"));
            call.created(issue(repository, issue));
        }
    }

    private void show(ApiCall call, Place place) {
        call.ok(issue(place.repository(), place.issue()));
    }

    private void edit(ApiCall call, Place place) {
        Repository.Issue issue = place.issue();
        issue.title = call.text("title").isEmpty() ? issue.title : call.text("title");
        issue.body = call.body().hasNonNull("body") ? call.text("body") : issue.body;
        issue.state = call.body().hasNonNull("state") ? call.text("state") : issue.state;
        call.created(issue(place.repository(), issue));
    }

    private ObjectNode issue(Repository repository, Repository.Issue issue) {
        ObjectNode node = shapes.issue(repository, issue);
        node.putArray("assets").addAll(attachments.attachments(issue.assets));
        return node;
    }

    private ObjectNode comment(Place place, Repository.Comment comment) {
        ObjectNode node = shapes.comment(place.repository(), place.issue(), comment);
        node.putArray("assets").addAll(attachments.attachments(comment.assets()));
        return node;
    }

    private void comments(ApiCall call, Place place) {
        call.list(place.issue().comments.stream().map(found -> comment(place, found)).toList());
    }

    private void comment(ApiCall call, Place place) {
        if (call.text("body").isEmpty()) {
            call.refuse(422, "[Body]: Required");
        } else {
            Repository.Comment added =
                    repositories.addComment(place.issue(), call.viewerId(), call.text("body"));
            call.created(comment(place, added));
        }
    }
}
