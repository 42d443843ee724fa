package postern.testkit.forgejo;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The routes about releases and their attachments. */
final class ReleaseApi {
    private static final String ALL = "/repos/{owner}/{repo}/releases";

    private final Repositories repositories;
    private final AttachmentShapes shapes;

    ReleaseApi(Repositories repositories, AttachmentShapes shapes) {
        this.repositories = repositories;
        this.shapes = shapes;
    }

    void addTo(ApiEndpoints api) {
        String one = ALL + "/{id}";
        api.open("GET", ALL, "repository", in(this::list));
        api.closed("POST", ALL, "repository", in(this::create));
        api.open("GET", ALL + "/latest", "repository", in(this::latest));
        api.open("GET", ALL + "/tags/{tag}", "repository", in(this::byTag));
        api.open("GET", one, "repository", in(this::byId));
        api.closed("DELETE", one, "repository", in(this::delete));
        new AssetRoutes(repositories, shapes).addTo(api, one, "repository", this::shelf);
    }

    private Consumer<ApiCall> in(BiConsumer<ApiCall, Repository> handler) {
        return call -> RepositoryApi.inRepository(repositories, call, handler);
    }

    private void list(ApiCall call, Repository repository) {
        call.list(
                repository.releases.stream()
                        .map(release -> shapes.release(repository, release))
                        .toList());
    }

    private void create(ApiCall call, Repository repository) {
        String tag = call.text("tag_name");
        if (!RepositoryApi.mayWrite(call, repository)) {
            return;
        }
        if (tag.isEmpty()) {
            call.refuse(422, "[TagName]: Required");
        } else if (repository.releases.stream().anyMatch(release -> release.tag.equals(tag))) {
            call.refuse(409, "Release is has no Tag");
        } else {
            Release added = repositories.addRelease(repository, call.viewerId(), tag);
            added.title = call.text("name");
            added.body = call.text("body");
            call.created(shapes.release(repository, added));
        }
    }

    private void latest(ApiCall call, Repository repository) {
        repository.releases.stream()
                .max(Comparator.comparingLong(release -> release.id))
                .ifPresentOrElse(
                        found -> call.ok(shapes.release(repository, found)), call::notFound);
    }

    private void byTag(ApiCall call, Repository repository) {
        String tag = call.path().get("tag");
        find(call, repository, release -> release.tag.equals(tag))
                .ifPresent(found -> call.ok(shapes.release(repository, found)));
    }

    private void byId(ApiCall call, Repository repository) {
        find(call, repository, hasIdOf(call))
                .ifPresent(found -> call.ok(shapes.release(repository, found)));
    }

    private void delete(ApiCall call, Repository repository) {
        Optional<Release> found = find(call, repository, hasIdOf(call));
        if (found.isPresent() && RepositoryApi.mayWrite(call, repository)) {
            repository.releases.remove(found.get());
            call.exchange().answer(204, "", "");
        }
    }

    private void shelf(ApiCall call, Consumer<AssetRoutes.Shelf> handler) {
        RepositoryApi.inRepository(
                repositories,
                call,
                (inside, repository) ->
                        find(inside, repository, hasIdOf(inside))
                                .ifPresent(release -> handler.accept(shelf(repository, release))));
    }

    private AssetRoutes.Shelf shelf(Repository repository, Release release) {
        return new AssetRoutes.Shelf(
                repository, release.assets, asset -> shapes.attachment(repository, release, asset));
    }

    private static Predicate<Release> hasIdOf(ApiCall call) {
        return release -> Long.toString(release.id).equals(call.path().get("id"));
    }

    private static Optional<Release> find(
            ApiCall call, Repository repository, Predicate<Release> is) {
        Optional<Release> found = repository.releases.stream().filter(is).findFirst();
        if (found.isEmpty()) {
            call.notFound();
        }
        return found;
    }
}
