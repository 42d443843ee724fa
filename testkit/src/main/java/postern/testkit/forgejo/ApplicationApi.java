package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The routes about the caller's own OAuth2 applications (section A14.5). */
final class ApplicationApi {
    private static final String ALL = "/user/applications/oauth2";

    private final Conduct conduct;
    private final Book book;

    ApplicationApi(Conduct conduct, Book book) {
        this.conduct = conduct;
        this.book = book;
    }

    void addTo(ApiEndpoints api) {
        String one = ALL + "/{id}";
        api.closed("GET", ALL, "user", this::list);
        api.closed("POST", ALL, "user", this::create);
        api.closed("GET", one, "user", ofCaller(this::show));
        api.closed("PATCH", one, "user", ofCaller(this::edit));
        api.closed("DELETE", one, "user", ofCaller(this::delete));
    }

    private Consumer<ApiCall> ofCaller(BiConsumer<ApiCall, DoubleApp> handler) {
        return call -> {
            Optional<DoubleApp> found =
                    own(call).stream()
                            .filter(app -> Long.toString(app.id()).equals(call.path().get("id")))
                            .findFirst();
            found.ifPresentOrElse(app -> handler.accept(call, app), call::notFound);
        };
    }

    private List<DoubleApp> own(ApiCall call) {
        return book.apps().stream().filter(app -> app.ownerId() == call.viewerId()).toList();
    }

    private void list(ApiCall call) {
        call.list(own(call).stream().map(app -> shape(app, false)).toList());
    }

    private void show(ApiCall call, DoubleApp app) {
        call.ok(shape(app, false));
    }

    /** Redirect URIs are not validated, and the client is public unless asked otherwise. */
    private void create(ApiCall call) {
        DoubleApp made =
                book.addApp(
                        call.viewerId(),
                        call.text("name"),
                        redirectUris(call),
                        isConfidential(call));
        DoubleApp app = made.withTrust(isTrusted(call));
        book.replace(app);
        call.created(shape(app, true));
    }

    /** Every change makes a new secret, asked for or not. */
    private void edit(ApiCall call, DoubleApp app) {
        DoubleApp changed =
                app.described(call.text("name"), isConfidential(call))
                        .withRedirectUris(redirectUris(call))
                        .withTrust(isTrusted(call))
                        .withSecret(Randoms.prefixed("gto_"));
        book.replace(changed);
        call.ok(shape(changed, true));
    }

    private void delete(ApiCall call, DoubleApp app) {
        book.deleteApp(app.clientId());
        call.exchange().answer(204, "", "");
    }

    private static List<String> redirectUris(ApiCall call) {
        var redirectUris = new ArrayList<String>();
        for (JsonNode uri : call.body().path("redirect_uris")) {
            redirectUris.add(uri.asText());
        }
        return redirectUris;
    }

    private static boolean isConfidential(ApiCall call) {
        return call.body().path("confidential_client").asBoolean(false);
    }

    private static boolean isTrusted(ApiCall call) {
        return call.body().path("skip_secondary_authorization").asBoolean(false);
    }

    private ObjectNode shape(DoubleApp app, boolean withSecret) {
        ObjectNode node =
                Json.object()
                        .put("id", app.id())
                        .put("name", app.name())
                        .put("client_id", app.clientId())
                        .put("client_secret", withSecret ? app.clientSecret() : "")
                        .put("confidential_client", app.confidential());
        if (conduct.personality().hasTrustedApps()) {
            node.put("skip_secondary_authorization", app.trusted());
        }
        app.redirectUris().forEach(node.putArray("redirect_uris")::add);
        return node.put("created", ApiShapes.THEN);
    }
}
