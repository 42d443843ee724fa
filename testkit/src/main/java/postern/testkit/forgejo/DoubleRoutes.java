package postern.testkit.forgejo;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Which path is answered by whom, outside {@code /api/v1/} (section A1). */
final class DoubleRoutes {
    private final Map<String, Consumer<Exchange>> routes;
    private final ApiEndpoints api;
    private final Downloads downloads;

    static DoubleRoutes of(Conduct conduct, Site site, Book book, Repositories repositories) {
        var jwts = new Jwts();
        var mint = new TokenMint(conduct, book, site, jwts);
        var authentication = new ApiAuthentication(conduct, book, mint);
        var shapes = new ApiShapes(book, site);
        var attachments = new AttachmentShapes(shapes, site);
        var api = new ApiEndpoints(conduct, site, authentication);
        new UserApi(conduct, book, shapes, new OrganizationShapes(site)).addTo(api);
        new ApplicationApi(conduct, book).addTo(api);
        new RepositoryApi(repositories, shapes).addTo(api);
        new IssueApi(repositories, shapes, attachments).addTo(api);
        new ReleaseApi(repositories, attachments).addTo(api);
        var signIn = new SignInPages(conduct, book, site);
        return new DoubleRoutes(
                api,
                signIn,
                new AuthorizePages(conduct, book, site, signIn),
                new TokenEndpoint(conduct, book, mint),
                new OidcEndpoints(conduct, book, mint, site, jwts),
                new Downloads(conduct, repositories, authentication));
    }

    private DoubleRoutes(
            ApiEndpoints api,
            SignInPages signIn,
            AuthorizePages authorize,
            TokenEndpoint token,
            OidcEndpoints oidc,
            Downloads downloads) {
        this.api = api;
        this.downloads = downloads;
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
        List<String> allowed =
                Stream.of("GET", "POST")
                        .filter(method -> routes.containsKey(method + " " + exchange.path()))
                        .toList();
        if (handler != null) {
            handler.accept(exchange);
        } else if (!allowed.isEmpty()) {
            exchange.setHeader("Allow", String.join(", ", allowed));
            exchange.answer(405, "", "");
        } else if (exchange.method().equals("GET") && Downloads.isDownload(exchange.path())) {
            downloads.download(exchange);
        } else if (exchange.path().startsWith("/.well-known/")) {
            exchange.answer(404, "", "");
        } else {
            exchange.plain(404, "Not found.\n");
        }
    }

    private static void home(Exchange exchange) {
        exchange.html(200, Pages.page("Forge", "<h1>Forge</h1>"));
    }

    private static void healthy(Exchange exchange) {
        exchange.json(200, Json.object().put("status", "pass"));
    }
}
