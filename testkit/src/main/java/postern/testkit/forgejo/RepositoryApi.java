package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The routes about repositories and their files. */
final class RepositoryApi {
    private final Repositories repositories;
    private final ApiShapes shapes;

    RepositoryApi(Repositories repositories, ApiShapes shapes) {
        this.repositories = repositories;
        this.shapes = shapes;
    }

    void addTo(ApiEndpoints api) {
        api.closed("GET", "/user/repos", "user,repository", this::mine);
        api.closed("POST", "/user/repos", "user,repository", this::create);
        api.open("GET", "/repos/search", "repository", this::search);
        String one = "/repos/{owner}/{repo}";
        api.open("GET", one, "repository", in(this::show));
        api.open("GET", one + "/contents", "repository", in(this::contents));
        api.open("GET", one + "/contents/{path*}", "repository", in(this::contents));
        api.open("GET", one + "/raw/{path*}", "repository", in(this::raw));
        api.closed("POST", one + "/contents/{path*}", "repository", in(this::write));
        api.closed("PUT", one + "/contents/{path*}", "repository", in(this::write));
        api.closed("DELETE", one + "/contents/{path*}", "repository", in(this::remove));
    }

    private Consumer<ApiCall> in(BiConsumer<ApiCall, Repository> handler) {
        return call -> inRepository(repositories, call, handler);
    }

    /** Runs the handler in the repository of the path, if that exists for the caller. */
    static void inRepository(
            Repositories repositories, ApiCall call, BiConsumer<ApiCall, Repository> handler) {
        Optional<Repository> found =
                repositories.find(
                        call.path().get("owner"), call.path().get("repo"), call.viewerId());
        boolean publicOnly = call.owner().filter(who -> who.scopes().publicOnly()).isPresent();
        if (found.isEmpty()) {
            repositories
                    .renamed(call.path().get("owner"), call.path().get("repo"))
                    .ifPresentOrElse(now -> redirect(call, now.name), call::notFound);
        } else if (publicOnly && found.get().isPrivate) {
            call.refuse(403, "token scope is limited to public repos");
        } else {
            synchronized (repositories) {
                handler.accept(call, found.get());
            }
        }
    }

    /** Seen by running: the Location has no host, and it leaves any prefix that a proxy added. */
    private static void redirect(ApiCall call, String newName) {
        String[] segments = call.exchange().pathAndQuery().split("/", 7);
        int query = segments[5].indexOf('?');
        segments[5] = newName + (query < 0 ? "" : segments[5].substring(query));
        String location = call.site().localLink(String.join("/", segments));
        call.exchange().setHeader("Location", location);
        call.exchange().answer(307, "", "");
    }

    private void mine(ApiCall call) {
        call.list(
                repositories.ownedBy(call.viewerId()).stream()
                        .map(repository -> shapes.repository(repository, call.viewerId()))
                        .toList());
    }

    private void create(ApiCall call) {
        String name = call.text("name");
        if (name.isEmpty()) {
            call.refuse(422, "[Name]: Required");
        } else if (repositories.ownedBy(call.viewerId()).stream()
                .anyMatch(known -> known.name.equalsIgnoreCase(name))) {
            call.refuse(409, "The repository with the same name already exists.");
        } else {
            boolean isPrivate = call.body().path("private").asBoolean(false);
            Repository repository =
                    repositories.add(call.viewerId(), name, call.text("description"), isPrivate);
            if (call.body().path("auto_init").asBoolean(false)) {
                repository.files.put("README.md", ("# " + name + "\n").getBytes(UTF_8));
            }
            call.created(shapes.repository(repository, call.viewerId()));
        }
    }

    private void search(ApiCall call) {
        String text = call.exchange().query().getOrDefault("q", "");
        ObjectNode answer = Json.object().put("ok", true);
        var data = answer.putArray("data");
        repositories.visibleTo(call.viewerId()).stream()
                .filter(repository -> repository.name.contains(text))
                .forEach(found -> data.add(shapes.repository(found, call.viewerId())));
        call.ok(answer);
    }

    private void show(ApiCall call, Repository repository) {
        call.ok(shapes.repository(repository, call.viewerId()));
    }

    private void contents(ApiCall call, Repository repository) {
        String path = call.path().getOrDefault("path", "");
        if (repository.files.containsKey(path)) {
            call.ok(shapes.file(repository, path, true));
            return;
        }
        List<ObjectNode> entries = entries(repository, path.isEmpty() ? "" : path + "/");
        if (entries.isEmpty() && !path.isEmpty()) {
            call.notFound();
        } else {
            call.list(entries);
        }
    }

    private List<ObjectNode> entries(Repository repository, String prefix) {
        var entries = new TreeMap<String, ObjectNode>();
        for (String path : repository.files.keySet()) {
            if (path.startsWith(prefix)) {
                int slash = path.indexOf('/', prefix.length());
                String entry = slash < 0 ? path : path.substring(0, slash);
                entries.computeIfAbsent(
                        entry,
                        name ->
                                slash < 0
                                        ? shapes.file(repository, name, false)
                                        : shapes.folder(repository, name));
            }
        }
        return List.copyOf(entries.values());
    }

    private void raw(ApiCall call, Repository repository) {
        byte[] content = repository.files.get(call.path().get("path"));
        if (content == null) {
            call.notFound();
        } else {
            call.exchange().text(200, new String(content, UTF_8));
        }
    }

    private void write(ApiCall call, Repository repository) {
        String path = call.path().get("path");
        boolean isNew = !repository.files.containsKey(path);
        boolean create = call.exchange().method().equals("POST");
        if (!mayWrite(call, repository)) {
            return;
        }
        if (create && !isNew) {
            call.refuse(422, "repository file already exists [path: " + path + "]");
            return;
        }
        try {
            repository.files.put(path, Base64.getDecoder().decode(call.text("content")));
        } catch (IllegalArgumentException notBase64) {
            call.refuse(422, "illegal base64 data at input byte 0");
            return;
        }
        call.exchange()
                .json(isNew ? 201 : 200, shapes.change(repository, path, call.text("message")));
    }

    private void remove(ApiCall call, Repository repository) {
        if (!mayWrite(call, repository)) {
            return;
        }
        if (repository.files.remove(call.path().get("path")) == null) {
            call.notFound();
        } else {
            ObjectNode answer = Json.object();
            answer.putNull("content");
            call.ok(answer);
        }
    }

    static boolean mayWrite(ApiCall call, Repository repository) {
        if (repository.ownerId == call.viewerId()) {
            return true;
        }
        call.refuse(403, "user should have a permission to write to a repo");
        return false;
    }
}
