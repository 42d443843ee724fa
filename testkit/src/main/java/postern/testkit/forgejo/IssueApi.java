package postern.testkit.forgejo;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The routes about issues and comments; they need the issue scope only. */
final class IssueApi {
    private final Repositories repositories;
    private final ApiShapes shapes;

    IssueApi(Repositories repositories, ApiShapes shapes) {
        this.repositories = repositories;
        this.shapes = shapes;
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
                        .map(issue -> shapes.issue(repository, issue))
                        .toList());
    }

    private void create(ApiCall call, Repository repository) {
        String title = call.text("title");
        if (title.isEmpty()) {
            call.refuse(422, "[Title]: Required");
        } else {
            Repository.Issue issue =
                    repositories.addIssue(repository, call.viewerId(), title, call.text("body"));
            call.created(shapes.issue(repository, issue));
        }
    }

    private void show(ApiCall call, Place place) {
        call.ok(shapes.issue(place.repository(), place.issue()));
    }

    private void edit(ApiCall call, Place place) {
        Repository.Issue issue = place.issue();
        issue.title = call.text("title").isEmpty() ? issue.title : call.text("title");
        issue.body = call.body().hasNonNull("body") ? call.text("body") : issue.body;
        issue.state = call.body().hasNonNull("state") ? call.text("state") : issue.state;
        call.created(shapes.issue(place.repository(), issue));
    }

    private void comments(ApiCall call, Place place) {
        call.list(
                place.issue().comments.stream()
                        .map(found -> shapes.comment(place.repository(), place.issue(), found))
                        .toList());
    }

    private void comment(ApiCall call, Place place) {
        if (call.text("body").isEmpty()) {
            call.refuse(422, "[Body]: Required");
        } else {
            Repository.Comment added =
                    repositories.addComment(place.issue(), call.viewerId(), call.text("body"));
            call.created(shapes.comment(place.repository(), place.issue(), added));
        }
    }
}
