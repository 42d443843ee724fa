package postern.testkit.forgejo;

import java.util.Map;
import java.util.function.Consumer;

/** Which path is answered by whom, outside {@code /api/v1/} (section A1). */
final class DoubleRoutes {
    private final Map<String, Consumer<Exchange>> routes;
    private final ApiEndpoints api;

    DoubleRoutes(
            ApiEndpoints api,
            SignInPages signIn,
            AuthorizePages authorize,
            TokenEndpoint token,
            OidcEndpoints oidc) {
        this.api = api;
        this.routes =
                Map.ofEntries(
                        Map.entry("GET /", DoubleRoutes::home),
                        Map.entry("GET /api/healthz", DoubleRoutes::healthy),
                        Map.entry("GET /user/login", signIn::show),
                        Map.entry("POST /user/login", signIn::signIn),
                        Map.entry("POST /user/logout", signIn::signOut),
                        Map.entry("GET /login/oauth/authorize", authorize::authorize),
                        Map.entry("POST /login/oauth/authorize", authorize::authorize),
                        Map.entry("POST /login/oauth/grant", authorize::consent),
                        Map.entry("POST /login/oauth/access_token", token::handle),
                        Map.entry("GET /login/oauth/userinfo", oidc::userinfo),
                        Map.entry("POST /login/oauth/userinfo", oidc::userinfo),
                        Map.entry("POST /login/oauth/introspect", oidc::introspect),
                        Map.entry("GET /login/oauth/keys", oidc::keys),
                        Map.entry("GET /.well-known/openid-configuration", oidc::discovery));
    }

    void handle(Exchange exchange) {
        if (exchange.path().startsWith("/api/v1/")) {
            api.handle(exchange);
            return;
        }
        Consumer<Exchange> handler = routes.get(exchange.method() + " " + exchange.path());
        if (handler != null) {
            handler.accept(exchange);
        } else if (routes.containsKey("POST " + exchange.path())
                || routes.containsKey("GET " + exchange.path())) {
            exchange.answer(405, "", "");
        } else {
            exchange.text(404, "Not found.\n");
        }
    }

    private static void home(Exchange exchange) {
        exchange.html(200, Pages.page("Forge", "<h1>Forge</h1>"));
    }

    private static void healthy(Exchange exchange) {
        exchange.json(200, Json.object().put("status", "pass"));
    }
}
