package postern.testkit.forgejo;

import java.util.List;

/** The routes about people, their groups and the instance. */
final class UserApi {
    private final Conduct conduct;
    private final Book book;
    private final ApiShapes shapes;
    private final OrganizationShapes organizations;

    UserApi(Conduct conduct, Book book, ApiShapes shapes, OrganizationShapes organizations) {
        this.conduct = conduct;
        this.book = book;
        this.shapes = shapes;
        this.organizations = organizations;
    }

    void addTo(ApiEndpoints api) {
        api.open("GET", "/version", "", this::version);
        api.open("GET", "/settings/api", "", this::settings);
        api.closed("GET", "/user", "user", call -> call.ok(shapes.user(call.user())));
        api.open("GET", "/users/{login}", "user", this::other);
        api.closed("GET", "/user/orgs", "user+organization", this::organizations);
        api.open("GET", "/users/{login}/orgs", "user+organization", this::organizationsOf);
        api.closed("GET", "/user/teams", "user+organization", this::teams);
        api.closed("GET", "/notifications", "notification", call -> call.list(List.of()));
    }

    private void version(ApiCall call) {
        call.ok(Json.object().put("version", conduct.personality().version()));
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
        list(call, call.user());
    }

    private void organizationsOf(ApiCall call) {
        book.user(call.path().get("login"))
                .ifPresentOrElse(user -> list(call, user), call::notFound);
    }

    private void list(ApiCall call, DoubleUser member) {
        call.list(
                member.groups().stream()
                        .filter(group -> !group.contains(":"))
                        .map(organizations::organization)
                        .toList());
    }

    private void teams(ApiCall call) {
        call.list(
                call.user().groups().stream()
                        .filter(group -> group.contains(":"))
                        .map(organizations::team)
                        .toList());
    }
}
