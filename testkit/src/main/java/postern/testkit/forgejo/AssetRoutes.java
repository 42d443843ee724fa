package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The five routes below an {@code …/assets}: alike for issues, comments and releases. */
final class AssetRoutes {
    /** Where assets hang, and how a list of them is written. */
    record Shelf(
            Repository repository,
            List<Attachment> assets,
            Function<Attachment, ? extends JsonNode> listed) {}

    /** Finds the shelf of a path and hands it on, or answers that there is none. */
    @FunctionalInterface
    interface Finder {
        void find(ApiCall call, Consumer<Shelf> handler);
    }

    private final Repositories repositories;
    private final AttachmentShapes shapes;

    AssetRoutes(Repositories repositories, AttachmentShapes shapes) {
        this.repositories = repositories;
        this.shapes = shapes;
    }

    void addTo(ApiEndpoints api, String parent, String category, Finder finder) {
        String all = parent + "/assets";
        String one = all + "/{asset}";
        api.open("GET", all, category, at(finder, this::list));
        api.closed("POST", all, category, at(finder, this::create));
        api.open("GET", one, category, at(finder, this::show));
        api.closed("PATCH", one, category, at(finder, this::rename));
        api.closed("DELETE", one, category, at(finder, this::delete));
    }

    private static Consumer<ApiCall> at(Finder finder, BiConsumer<ApiCall, Shelf> handler) {
        return call -> finder.find(call, shelf -> handler.accept(call, shelf));
    }

    private void list(ApiCall call, Shelf shelf) {
        call.list(shelf.assets().stream().map(shelf.listed()).toList());
    }

    private void create(ApiCall call, Shelf shelf) {
        if (!mayChange(call, shelf)) {
            return;
        }
        Optional<Multipart.Part> file = Multipart.file(call.exchange());
        if (file.isEmpty()) {
            call.refuse(400, "http: no such file");
            return;
        }
        String name = call.exchange().query().getOrDefault("name", file.get().fileName());
        Attachment added = repositories.newAttachment(name, file.get().content());
        shelf.assets().add(added);
        call.created(shapes.attachment(added));
    }

    private void show(ApiCall call, Shelf shelf) {
        asset(call, shelf).ifPresent(found -> call.ok(shapes.attachment(found)));
    }

    private void rename(ApiCall call, Shelf shelf) {
        Optional<Attachment> found = asset(call, shelf);
        if (found.isPresent() && mayChange(call, shelf)) {
            found.get().name = call.text("name");
            call.created(shapes.attachment(found.get()));
        }
    }

    private void delete(ApiCall call, Shelf shelf) {
        Optional<Attachment> found = asset(call, shelf);
        if (found.isPresent() && mayChange(call, shelf)) {
            shelf.assets().remove(found.get());
            call.exchange().answer(204, "", "");
        }
    }

    private static Optional<Attachment> asset(ApiCall call, Shelf shelf) {
        String id = call.path().get("asset");
        Optional<Attachment> found =
                shelf.assets().stream()
                        .filter(known -> Long.toString(known.id).equals(id))
                        .findFirst();
        if (found.isEmpty()) {
            call.notFound();
        }
        return found;
    }

    private static boolean mayChange(ApiCall call, Shelf shelf) {
        return RepositoryApi.mayWrite(call, shelf.repository());
    }
}
