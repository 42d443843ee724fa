package postern.e2e.rules;

import java.util.List;

/** D1 to D5: to whom an authorization request may lead back. */
final class AuthorizeRules {
    private AuthorizeRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "D1",
                        "OAuth 2.1 4.1.2.1",
                        "no client, an unknown one or two of them: our page",
                        AuthorizeRules::d1),
                Rule.must(
                        "D2",
                        "OAuth 2.1 4.1.2.1",
                        "a redirect URI that is not registered or not clear: our page",
                        AuthorizeRules::d2),
                Rule.must(
                        "D3",
                        "OAuth 2.1 2.3.1",
                        "redirect URIs are compared character by character",
                        AuthorizeRules::d3),
                Rule.must(
                        "D4",
                        "RFC 8252 7.3",
                        "on http loopback the port may differ, and nothing else",
                        AuthorizeRules::d4),
                Rule.must(
                        "D5",
                        "OAuth 2.1 2.3",
                        "a registered query is kept and ours comes behind it",
                        AuthorizeRules::d5));
    }

    private static void page(App app, Params request) throws Exception {
        Answer answer = app.site().withoutTrace(() -> app.authorize(request));
        answer.isPage();
    }

    private static void d1(Installations at) throws Exception {
        App app = App.local(at.plain());
        Params good = app.walk().request();
        page(app, good.without("client_id"));
        page(app, good.with("client_id", ""));
        page(app, good.with("client_id", "unknown"));
        page(app, good.with("client_id", app.id() + " "));
        page(app, good.with("client_id", app.id().toLowerCase(java.util.Locale.ROOT) + "A"));
        page(app, good.and("client_id", app.id()));
        page(app, good.and("client_id", "unknown"));
        page(app, good.and("client_id", ""));
        app.authorize(good).is(200);
    }

    private static void d2(Installations at) throws Exception {
        Site site = at.plain();
        App one = App.local(site);
        Params good = one.walk().request();
        for (String uri :
                List.of("https://evil.example/", "not an address", "javascript:alert(1)", "%zz")) {
            page(one, good.with("redirect_uri", uri));
        }
        page(one, good.and("redirect_uri", one.redirectUri()));
        page(one, good.and("redirect_uri", "https://evil.example/"));
        one.authorize(good.without("redirect_uri")).is(200);
        App several = App.registered(site, App.NONE, App.LOOPBACK, App.WEB);
        page(several, several.walk().request().without("redirect_uri"));
        page(several, several.walk().request().with("redirect_uri", ""));
    }

    private static void d3(Installations at) throws Exception {
        App app = App.registered(at.plain(), App.NONE, "https://client.example/callback");
        Params good = app.walk().request();
        for (String uri :
                List.of(
                        "https://CLIENT.example/callback",
                        "HTTPS://client.example/callback",
                        "http://client.example/callback",
                        "https://client.example:443/callback",
                        "https://client.example/callback/",
                        "https://client.example/Callback",
                        "https://client.example/callback%2F",
                        "https://client.example/%63allback",
                        "https://client.example/x/../callback",
                        "https://client.example/./callback",
                        "https://client.example//callback",
                        "https://client.example/%2e%2e%2Fcallback",
                        "https://client.example/..%252Fcallback",
                        "https://client.example/callback;/../../evil",
                        "https://client.example/callback%0A%0D/..",
                        "https://client.example/callback\r\n",
                        "https://client.example/callback?",
                        "https://client.example/callback?x=y",
                        "https://client.example/callback#",
                        "https://client.example/callback#x",
                        "https://user@client.example/callback",
                        "https://client.example@evil.example/callback",
                        "https://client.example\\@evil.example/callback",
                        "https://client.example\\callback",
                        "https://cl\u0456ent.example/callback",
                        "https://xn--clent-k9b.example/callback",
                        "https://client.example./callback",
                        "https://client.example.evil.example/callback",
                        "https://client.example/callback\u0000",
                        "https://client.example/callback ",
                        " https://client.example/callback",
                        "https%3A%2F%2Fclient.example%2Fcallback",
                        "//client.example/callback",
                        "/callback")) {
            page(app, good.with("redirect_uri", uri));
        }
        app.authorize(good).is(200);
    }

    private static void d4(Installations at) throws Exception {
        Site site = at.plain();
        App app =
                App.registered(
                        site,
                        App.NONE,
                        "http://127.0.0.1:7777/cb?a=b",
                        "http://localhost/cb",
                        "http://[::1]:1/cb",
                        "https://localhost/cb");
        Params good = app.walk().request();
        for (String uri :
                List.of(
                        "http://127.0.0.1:7777/cb?a=b",
                        "http://127.0.0.1/cb?a=b",
                        "http://127.0.0.1:1/cb?a=b",
                        "http://127.0.0.1:65535/cb?a=b",
                        "http://localhost:3000/cb",
                        "http://[::1]:3000/cb",
                        "https://localhost/cb")) {
            app.authorize(good.with("redirect_uri", uri)).is(200);
        }
        for (String uri :
                List.of(
                        "http://127.0.0.1:65536/cb?a=b",
                        "http://127.0.0.1:/cb?a=b",
                        "http://127.0.0.1:7777/cb",
                        "http://127.0.0.1:7777/cb?a=b&c=d",
                        "http://127.0.0.1:7777/cb/?a=b",
                        "http://127.0.0.1:7777/CB?a=b",
                        "http://127.000.000.001/cb?a=b",
                        "http://127.1/cb?a=b",
                        "http://2130706433/cb?a=b",
                        "http://0.0.0.0/cb?a=b",
                        "http://localhost:7777/cb?a=b",
                        "http://127.0.0.1:7777/cb?a=b#",
                        "http://127.0.0.1:1@evil.example/cb?a=b",
                        "HTTP://127.0.0.1:7777/cb?a=b",
                        "http://LOCALHOST:3000/cb",
                        "http://127.0.0.1:3000/cb",
                        "http://[0:0:0:0:0:0:0:1]:3000/cb",
                        "https://localhost:3000/cb",
                        "https://127.0.0.1:7777/cb?a=b")) {
            page(app, good.with("redirect_uri", uri));
        }
        Walk walk = app.walk().with("redirect_uri", "http://127.0.0.1:4711/cb?a=b");
        String location = walk.finish().isRedirect().header("Location");
        Expect.that(location.startsWith("http://127.0.0.1:4711/cb?a=b&"), "its port: " + location);
    }

    private static void d5(Installations at) throws Exception {
        Site site = at.plain();
        for (List<String> row :
                List.of(
                        List.of("https://client.example", "https://client.example?"),
                        List.of("https://client.example/cb?a=1", "https://client.example/cb?a=1&"),
                        List.of(
                                "https://client.example/cb?a=%20&b",
                                "https://client.example/cb?a=%20&b&"))) {
            App app = App.registered(site, App.NONE, row.get(0));
            String location = app.walk().finish().isRedirect().header("Location");
            Expect.that(location.startsWith(row.get(1)), row.get(1) + "…; seen " + location);
            Params ours = Params.parse(location.substring(row.get(1).length()));
            Expect.equal("appended", List.of("code", "state", "iss"), ours.names());
            String denied = app.walk().deny().isRedirect().header("Location");
            Expect.that(denied.startsWith(row.get(1) + "error="), row.get(1) + "…; seen " + denied);
        }
    }
}
