package postern.e2e.rules;

import java.util.List;

/** D19 to D24: the authorization endpoint as a piece of HTTP. */
final class AuthorizeHttpRules {
    private static final String PATH = "/oauth/authorize";

    private AuthorizeHttpRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "D19",
                        "OAuth 2.1 3.1",
                        "no CORS at the pages, whatever the origin",
                        AuthorizeHttpRules::d19),
                Rule.must(
                        "D20",
                        "OAuth 2.1 3.1",
                        "GET works, POST is 405 or the same, HEAD changes nothing",
                        AuthorizeHttpRules::d20),
                Rule.must(
                        "D21",
                        "OAuth 2.1 7.5.3",
                        "redirects are 302 or 303, after a POST 303",
                        AuthorizeHttpRules::d21),
                Rule.must(
                        "D22",
                        "RFC 9700 4.2.4",
                        "every page is uncached, unframed, unsniffed and tells no referrer",
                        AuthorizeHttpRules::d22),
                Rule.ours(
                        "D23",
                        "own",
                        "nothing of a request is markup in a page or splits a header",
                        AuthorizeHttpRules::d23),
                Rule.ours(
                        "D24",
                        "RFC 9112 3",
                        "what is too long or too many is 4xx, never 5xx",
                        AuthorizeHttpRules::d24));
    }

    private static void d19(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        String target = PATH + "?" + app.walk().request().encoded();
        for (String path : List.of(target, "/oauth/callback?state=x&code=y", "/oauth/consent")) {
            for (String origin : List.of("https://page.example", "null", site.issuer())) {
                Answer answer = site.wire().get(path, "Origin", origin);
                for (var header : answer.headers()) {
                    boolean cors =
                            header.getKey()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .startsWith("access-control");
                    answer.require(!cors, "no CORS header");
                }
            }
            Answer options =
                    site.wire()
                            .send(
                                    "OPTIONS",
                                    path,
                                    "",
                                    "Origin",
                                    "https://page.example",
                                    "Access-Control-Request-Method",
                                    "GET");
            options.is(405).hasNo("Access-Control-Allow-Origin");
        }
    }

    private static void d20(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Params request = app.walk().request();
        Answer post = site.wire().post(PATH, request);
        if (post.status() == 405) post.require(post.header("Allow").contains("GET"), "Allow: GET");
        else post.is(200);
        site.withoutTrace(() -> {
            Answer head = site.wire().send("HEAD", PATH + "?" + request.encoded(), "");
            return head.hasNo("Set-Cookie").hasNo("Location");
        });
        app.authorize(request).is(200);
    }

    private static void d21(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        walk.allow().is(303);
        app.walk().deny().is(303);
        app.walk().finish().isRedirect();
        app.walk().with("scope", "nonsense").open().isRedirect();
    }

    static void requirePageHeaders(Answer page) {
        page.require(page.header("Content-Type").startsWith("text/html"), "a page");
        page.has("Cache-Control", "no-store")
                .has("Referrer-Policy", "no-referrer")
                .has("X-Frame-Options", "DENY")
                .has("X-Content-Type-Options", "nosniff");
        String policy = page.header("Content-Security-Policy");
        page.require(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "a policy that allows nothing and no frame");
        page.require(!policy.contains("unsafe"), "a policy without unsafe words");
    }

    private static void d22(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        requirePageHeaders(app.walk().open().is(200));
        requirePageHeaders(App.web(site).walk().with("scope", "x").open().isPage());
        requirePageHeaders(site.wire().get(PATH).isPage());
        requirePageHeaders(site.wire().get("/oauth/callback?state=x&code=y").isPage());
        requirePageHeaders(site.wire().post("/oauth/consent", Params.of("a", "b")).isPage(403));
        requirePageHeaders(site.wire().send("PUT", PATH, "").isPage(405));
        requirePageHeaders(site.wire().get(PATH + "?client_id=%ff").isPage());
        Walk walk = app.walk();
        String used = walk.callback();
        walk.finish(used);
        requirePageHeaders(walk.visitor().get(used).isPage());
    }

    private static void d23(Installations at) throws Exception {
        Site site = at.plain();
        String canary = "\"'><script>alert(1)</script><img src=x onerror=y>";
        App app = App.local(site);
        App web = App.web(site);
        for (App each : List.of(app, web)) {
            for (String name : each.walk().request().names()) {
                for (String value :
                        List.of(
                                canary,
                                "x\r\nSet-Cookie: split=1\r\n\r\n<script>",
                                "\u2028<script>")) {
                    Params request = each.walk().request().with(name, value);
                    Answer answer = each.authorize(request);
                    answer.require(!answer.text().contains("<script"), "no markup of the request");
                    answer.require(!answer.text().contains("<img"), "no markup of the request");
                    answer.require(
                            answer.all("Set-Cookie").stream().noneMatch(c -> c.contains("split")),
                            "no split header");
                    answer.require(answer.status() < 500, "no fault");
                }
            }
        }
        String path = "/" + Params.encode(canary);
        for (String target : List.of(path, PATH + path, "/oauth/callback?state=" + path)) {
            Answer answer = site.wire().get(target, "User-Agent", canary, "Referer", canary);
            answer.require(!answer.text().contains("<script"), "no markup of the request");
            answer.require(!answer.text().contains("%3Cscript"), "no echo of the path");
        }
    }

    private static void d24(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Params request = app.walk().request();
        String long9k = PATH + "?" + request.encoded() + "&x=" + "y".repeat(9 * 1024);
        site.withoutTrace(() -> site.wire().get(long9k).is(414));
        site.withoutTrace(() -> site.wire().get("/" + "y".repeat(9 * 1024)).is(414));
        String many = PATH + "?" + request.encoded() + "&a=1".repeat(1_900);
        site.withoutTrace(() -> site.wire().get(many).is(400));
        String hundred = PATH + "?" + request.encoded() + "&a=1".repeat(100);
        site.withoutTrace(() -> site.wire().get(hundred).isPage(400));
        String[] headers = new String[2 * 150];
        for (int i = 0; i < headers.length; i += 2) {
            headers[i] = "X-Many-" + i;
            headers[i + 1] = "1";
        }
        site.withoutTrace(
                () -> site.wire().get(PATH + "?" + request.encoded(), headers).isOneOf(400, 431));
        String big = "y".repeat(20 * 1024);
        site.withoutTrace(() ->
                site.wire().get(PATH + "?" + request.encoded(), "X-Big", big).isOneOf(400, 431));
        app.authorize(request).is(200);
    }
}
