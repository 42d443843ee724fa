package postern.e2e.rules;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** H1 to H10: the token endpoint as a form that is read strictly. */
final class TokenRules {
    static final String PATH = "/oauth/token";

    private TokenRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must("H1", "OAuth 2.1 3.2", "only POST", TokenRules::h1),
                Rule.must("H2", "OAuth 2.1 3.2", "only a form", TokenRules::h2),
                Rule.must("H3", "OAuth 2.1 2.4.1", "the query is not read", TokenRules::h3),
                Rule.must("H4", "OAuth 2.1 3.2", "no parameter twice", TokenRules::h4),
                Rule.must("H5", "OAuth 2.1 3.2", "an empty value is none", TokenRules::h5),
                Rule.must("H6", "OAuth 2.1 3.2", "unknown parameters are ignored", TokenRules::h6),
                Rule.must(
                        "H7",
                        "OAuth 2.1 3.2.4",
                        "a grant type is needed, known, and registered for the client",
                        TokenRules::h7),
                Rule.must(
                        "H8",
                        "WHATWG URL 5; own",
                        "malformed, too large and too many are 400 or 413",
                        TokenRules::h8),
                Rule.must(
                        "H9",
                        "OAuth 2.1 3.2.3",
                        "success is uncached JSON with all members well typed",
                        TokenRules::h9),
                Rule.must(
                        "H10",
                        "OAuth 2.1 3.2.4",
                        "failure is uncached JSON with CORS, never a page",
                        TokenRules::h10));
    }

    private static void h1(Installations at) throws Exception {
        Site site = at.plain();
        Walk walk = App.local(site).walk();
        Params form =
                walk.app().redemption(walk.code(), walk.pkce()).with("client_id", walk.app().id());
        for (String method : List.of("GET", "PUT", "DELETE", "HEAD", "PATCH")) {
            Answer answer =
                    site.withoutTrace(() -> {
                        String type = "application/x-www-form-urlencoded";
                        String query = PATH + "?" + form.encoded();
                        site.wire().send(method, query, "").is(405);
                        return site.wire()
                                .send(method, PATH, form.encoded(), "Content-Type", type)
                                .is(405);
                    });
            answer.require(answer.header("Allow").contains("POST"), "Allow with POST");
        }
        site.wire().post(PATH, form).is(200);
    }

    private static void h2(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        Params good = App.renewal(granted.refresh()).with("client_id", granted.app().id());
        String form = "application/x-www-form-urlencoded";
        for (String type :
                List.of(
                        "application/json",
                        "multipart/form-data; boundary=x",
                        "text/plain",
                        "application/json, " + form,
                        form + ", " + form,
                        form + "x",
                        "application/x-www-form-urlencode",
                        "*/*",
                        ";",
                        "")) {
            site.withoutTrace(() ->
                    site.wire()
                            .send("POST", PATH, good.encoded(), "Content-Type", type)
                            .refuses(400, "invalid_request"));
        }
        site.withoutTrace(() ->
                site.wire().send("POST", PATH, good.encoded()).refuses(400, "invalid_request"));
        site.withoutTrace(() ->
                site.wire()
                        .send(
                                "POST",
                                PATH,
                                good.encoded(),
                                "Content-Type",
                                form,
                                "Content-Type",
                                "application/json")
                        .is(400));
        String odd = "Application/X-WWW-Form-UrlEncoded ; Charset=UTF-8";
        site.wire().send("POST", PATH, good.encoded(), "Content-Type", odd).is(200);
    }

    private static void h3(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.POST, App.LOOPBACK);
        Granted granted = app.connect();
        Params good =
                App.renewal(granted.refresh())
                        .with("client_id", app.id())
                        .with("client_secret", app.secret());
        site.withoutTrace(() ->
                site.wire().form(PATH + "?" + good.encoded(), "").refuses(400, "invalid_request"));
        site.withoutTrace(() ->
                site.wire()
                        .post(
                                PATH + "?client_secret=" + app.secret(),
                                good.without("client_secret"))
                        .refuses(401, "invalid_client"));
        site.wire().post(PATH + "?grant_type=password&client_id=x", good).is(200);
    }

    private static void h4(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.POST, App.LOOPBACK);
        Walk walk = app.walk();
        Params redemption = app.redemption(walk.code(), walk.pkce());
        for (String name : redemption.names()) {
            for (String again : List.of(redemption.value(name), "x", "")) {
                Params twice = redemption.and(name, again);
                site.withoutTrace(() -> app.token(twice).refuses(400, "invalid_request"));
            }
        }
        Granted granted = new Granted(app, walk, "", app.token(redemption).is(200));
        Params renewal =
                App.renewal(granted.refresh())
                        .with("scope", "mcp:read")
                        .with("client_id", app.id())
                        .with("client_secret", app.secret());
        for (String name : renewal.names()) {
            Params twice = renewal.and(name, renewal.value(name));
            site.withoutTrace(() -> site.wire().post(PATH, twice).refuses(400, "invalid_request"));
        }
        site.wire().post(PATH, renewal).is(200);
    }

    private static void h5(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        Params good = app.redemption(walk.code(), walk.pkce());
        app.token(good.with("code", "")).refuses(400, "invalid_request");
        app.token(good.with("grant_type", "")).refuses(400, "invalid_request");
        site.wire().post(PATH, good.with("client_id", "")).refuses(400, "invalid_request");
        app.token(good.with("code_verifier", "")).refuses(400, "invalid_grant");
        Params empties =
                good.with("redirect_uri", "")
                        .with("scope", "")
                        .with("resource", "")
                        .with("client_secret", "");
        Answer tokens = app.token(empties).is(200);
        app.token(App.renewal(tokens.json().path("refresh_token").asText()).with("scope", ""))
                .is(200);
    }

    private static void h6(Installations at) throws Exception {
        App app = App.local(at.plain());
        Walk walk = app.walk();
        Params odd =
                app.redemption(walk.code(), walk.pkce())
                        .and("nonsense", "1")
                        .and("nonsense", "2")
                        .and("audience", "https://evil.example/");
        Answer tokens = app.token(odd).is(200);
        app.token(App.renewal(tokens.json().path("refresh_token").asText()).and("x", "y")).is(200);
    }

    private static void h7(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        App app = granted.app();
        app.token(App.renewal(granted.refresh()).without("grant_type"))
                .refuses(400, "invalid_request");
        for (String type :
                List.of(
                        "password",
                        "client_credentials",
                        "implicit",
                        "AUTHORIZATION_CODE",
                        "refresh_token ",
                        "urn:ietf:params:oauth:grant-type:jwt-bearer",
                        "urn:ietf:params:oauth:grant-type:saml2-bearer",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "urn:ietf:params:oauth:grant-type:token-exchange")) {
            Params form =
                    App.renewal(granted.refresh())
                            .with("grant_type", type)
                            .and("username", "u")
                            .and("password", "p");
            site.withoutTrace(() -> app.token(form).refuses(400, "unsupported_grant_type"));
        }
        granted.renew().is(200);
        var document = App.document(App.NONE, App.LOOPBACK);
        document.putArray("grant_types").add("authorization_code");
        App codes = App.of(site, site.register(document.toString()), App.LOOPBACK);
        Granted only = codes.connect();
        Expect.that(!only.answer().json().has("refresh_token"), "no refresh token unasked");
        codes.refresh(granted.refresh()).refuses(400, "unauthorized_client");
    }

    private static void h8(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        String good =
                App.renewal(granted.refresh()).with("client_id", granted.app().id()).encoded();
        for (String bad :
                List.of(
                        "&x=%ZZ",
                        "&x=%",
                        "&x=%4",
                        "&%zz=1",
                        "&x=%FF",
                        "&x=%C3%28",
                        "&x=%00",
                        "&x=%ED%A0%80",
                        "&x=%C0%AF",
                        "&a=1".repeat(101))) {
            site.withoutTrace(
                    () -> site.wire().form(PATH, good + bad).refuses(400, "invalid_request"));
        }
        byte[] bytes = (good + "&x=?").getBytes(StandardCharsets.ISO_8859_1);
        bytes[bytes.length - 1] = (byte) 0xff;
        String type = "application/x-www-form-urlencoded";
        site.withoutTrace(() ->
                site.wire()
                        .send("POST", PATH, bytes, "Content-Type", type)
                        .refuses(400, "invalid_request"));
        String large = good + "&x=" + "y".repeat(65 * 1024);
        site.withoutTrace(() -> site.wire().form(PATH, large).is(413).isJson());
        site.wire().form(PATH, good).is(200);
    }

    private static void h9(Installations at) throws Exception {
        Granted first = App.local(at.plain()).connect();
        Answer second = first.renew();
        for (Answer answer : List.of(first.answer(), second)) {
            answer.is(200).isJson().has("Cache-Control", "no-store").has("Pragma", "no-cache");
            var json = answer.json();
            answer.require(json.path("access_token").isTextual(), "access_token");
            answer.require(json.path("refresh_token").isTextual(), "refresh_token");
            answer.require(json.path("token_type").asText().equals("Bearer"), "Bearer");
            var life = json.path("expires_in");
            answer.require(life.isIntegralNumber() && life.asLong() > 0, "a positive expires_in");
            answer.require(json.path("scope").isTextual(), "scope as text");
            boolean nulls = json.properties().stream().anyMatch(m -> m.getValue().isNull());
            answer.require(!nulls, "no null");
        }
    }

    private static void h10(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Wire wire = site.wire();
        String origin = "https://page.example";
        for (Answer answer :
                List.of(
                        wire.post(PATH, Params.of("a", "b"), "Origin", origin),
                        wire.form(PATH, "%zz", "Origin", origin),
                        wire.post(PATH, App.renewal("x").with("client_id", "x"), "Origin", origin),
                        wire.post(PATH, App.renewal("x").with("client_id", app.id())),
                        wire.json(PATH, "{}"),
                        wire.send("GET", PATH, ""),
                        wire.form(PATH, "x".repeat(70_000)))) {
            answer.isJson().has("Access-Control-Allow-Origin", "*");
            answer.has("Cache-Control", "no-store");
            answer.require(answer.status() >= 400 && answer.status() < 500, "a status of 4xx");
            answer.require(answer.json().path("error").isTextual(), "an error word");
            String text = answer.text().toLowerCase(Locale.ROOT);
            answer.require(!text.contains("<html") && !text.contains("exception"), "no page");
        }
    }
}
