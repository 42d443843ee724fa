package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** The routes about people, their applications, groups and the instance. */
final class UserApi {
    private final Personality personality;
    private final Book book;
    private final ApiShapes shapes;

    UserApi(Personality personality, Book book, ApiShapes shapes) {
        this.personality = personality;
        this.book = book;
        this.shapes = shapes;
    }

    void addTo(ApiEndpoints api) {
        api.open("GET", "/version", "", this::version);
        api.open("GET", "/settings/api", "", this::settings);
        api.closed("GET", "/user", "user", call -> call.ok(shapes.user(call.user())));
        api.open("GET", "/users/{login}", "user", this::other);
        api.closed("GET", "/user/orgs", "user+organization", this::organizations);
        api.closed("GET", "/user/teams", "user+organization", this::teams);
        api.closed("GET", "/notifications", "notification", call -> call.list(List.of()));
        api.closed("GET", "/user/applications/oauth2", "user", this::apps);
        api.closed("POST", "/user/applications/oauth2", "user", this::addApp);
        api.closed("DELETE", "/user/applications/oauth2/{id}", "user", this::deleteApp);
    }

    private void version(ApiCall call) {
        call.ok(Json.object().put("version", personality.version()));
    }

    private void settings(ApiCall call) {
        call.ok(
                Json.object()
                        .put("max_response_items", 50)
                        .put("default_paging_num", 30)
                        .put("default_git_trees_per_page", 1000)
                        .put("default_max_blob_size", 10_485_760));
    }

    private void other(ApiCall call) {
        book.user(call.path().get("login"))
                .ifPresentOrElse(user -> call.ok(shapes.user(user)), call::notFound);
    }

    private void organizations(ApiCall call) {
        call.list(
                call.user().groups().stream()
                        .filter(group -> !group.contains(":"))
                        .map(group -> organization(group))
                        .toList());
    }

    private static ObjectNode organization(String name) {
        return Json.object()
                .put("id", Math.abs((long) name.hashCode()))
                .put("name", name)
                .put("full_name", "")
                .put("visibility", "private")
                .put("username", name);
    }

    private void teams(ApiCall call) {
        var teams = new ArrayList<ObjectNode>();
        for (String group : call.user().groups()) {
            String[] parts = group.split(":", 2);
            if (parts.length == 2) {
                ObjectNode team =
                        Json.object()
                                .put("id", Math.abs((long) group.hashCode()))
                                .put("name", parts[1]);
                teams.add(team.set("organization", organization(parts[0])));
            }
        }
        call.list(teams);
    }

    private void apps(ApiCall call) {
        call.list(book.apps().stream().map(app -> shapes.app(app, false)).toList());
    }

    /** Redirect URIs are not validated, and the client is public unless asked otherwise. */
    private void addApp(ApiCall call) {
        var redirectUris = new ArrayList<String>();
        for (JsonNode uri : call.body().path("redirect_uris")) {
            redirectUris.add(uri.asText());
        }
        boolean confidential = call.body().path("confidential_client").asBoolean(false);
        call.created(shapes.app(book.addApp(call.text("name"), redirectUris, confidential), true));
    }

    private void deleteApp(ApiCall call) {
        book.apps().stream()
                .filter(app -> Long.toString(app.id()).equals(call.path().get("id")))
                .findFirst()
                .ifPresentOrElse(
                        app -> {
                            book.deleteApp(app.clientId());
                            call.exchange().answer(204, "", "");
                        },
                        call::notFound);
    }
}
