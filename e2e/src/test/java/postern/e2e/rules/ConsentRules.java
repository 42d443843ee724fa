package postern.e2e.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** E1 to E9: the person is asked, by a form that nobody can forge. */
final class ConsentRules {
    private static final String PATH = "/oauth/consent";

    private ConsentRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "E1",
                        "MCP, confused deputy",
                        "our page asks for each client before anybody is sent to the forge",
                        ConsentRules::e1),
                Rule.must(
                        "E4",
                        "OAuth 2.1 7.11",
                        "the form needs its token, of this browser and this request",
                        ConsentRules::e4),
                Rule.must(
                        "E5",
                        "RFC 6265bis 4.1.3",
                        "the cookie is bound to host, https and browser",
                        ConsentRules::e5),
                Rule.should("E6", "Fetch", "a form from another site is 403", ConsentRules::e6),
                Rule.must(
                        "E7",
                        "CVE-2026-7571",
                        "fields that were slipped into the form change nothing",
                        ConsentRules::e7),
                Rule.must(
                        "E8",
                        "OAuth 2.1 4.1.2.1",
                        "Deny tells the client and asks nobody upstream",
                        ConsentRules::e8),
                new Rule(
                        "E9",
                        Level.MUST,
                        "dex #4620",
                        "double clicks and two tabs lead to one code each; over is over",
                        ConsentRules::e9));
    }

    private static void e1(Installations at) throws Exception {
        Site site = at.plain();
        Visitor person = site.visitor();
        App.web(site).walk(person).tokens();
        // this browser is signed in at the forge now, and has agreed to another client
        for (App app : List.of(App.local(site), App.web(site))) {
            long seen = site.forge().requests().size();
            Answer page = app.walk(person).open().is(200).hasNo("Location");
            page.require(Form.in(page).isPresent(), "a form");
            Expect.equal("requests at the forge", seen, (long) site.forge().requests().size());
        }
    }

    private static void forbidden(Site site, Callable<Answer> act) throws Exception {
        site.withoutTrace(() -> act.call().isPage(403));
    }

    private static void e4(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        Walk sameBrowser = app.walk(walk.visitor());
        Walk stranger = app.walk();
        Params form = walk.allowed();
        Visitor mine = walk.visitor();
        forbidden(site, () -> mine.post(PATH, form.without("form_token")));
        forbidden(site, () -> mine.post(PATH, form.with("form_token", "")));
        forbidden(site, () -> mine.post(PATH, form.with("form_token", "x".repeat(43))));
        String other = sameBrowser.allowed().value("form_token");
        forbidden(site, () -> mine.post(PATH, form.with("form_token", other)));
        String foreign = stranger.allowed().value("form_token");
        forbidden(site, () -> mine.post(PATH, form.with("form_token", foreign)));
        site.withoutTrace(() -> mine.post(PATH, form.and("form_token", foreign)).isPage());
        forbidden(site, () -> mine.post(PATH, form.with("transaction", "x")));
        // a GET, be it with the whole form, approves nothing
        String query = PATH + "?" + form.encoded();
        site.withoutTrace(() -> mine.get(query).hasNo("Location"));
        Expect.that(mine.post(PATH, form).isRedirect().status() == 303, "the true form works");
    }

    private static void e5(Installations at) throws Exception {
        Walk secure = App.local(at.https()).walk();
        secure.open().is(200);
        String cookie = only(secure.visitor().setCookies());
        Expect.that(cookie.startsWith("__Host-"), "prefix __Host-: " + cookie);
        for (String attribute : List.of("Secure", "HttpOnly", "SameSite=Lax", "Path=/")) {
            Expect.that(List.of(cookie.split("; ")).contains(attribute), attribute + ": " + cookie);
        }
        Expect.that(!cookie.contains("Domain"), "no Domain: " + cookie);
        Site site = at.https();
        Params form = secure.allowed();
        Visitor thief = site.visitor();
        forbidden(site, () -> thief.post(PATH, form));
        App.local(site).walk(thief).open();
        forbidden(site, () -> thief.post(PATH, form));
        secure.allow().isRedirect();
    }

    private static String only(List<String> cookies) {
        Expect.equal("cookies set", 1, cookies.size());
        return cookies.getFirst();
    }

    private static void e6(Installations at) throws Exception {
        Site site = at.plain();
        Walk walk = App.local(site).walk();
        Params form = walk.allowed();
        Visitor mine = walk.visitor();
        for (String[] headers :
                new String[][] {
                    {"Origin", "https://evil.example"},
                    {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Site", "cross-site"},
                    {"Sec-Fetch-Site", "same-site"},
                    {"Origin", site.issuer() + ".evil.example"},
                    {"Origin", "null", "Sec-Fetch-Site", "cross-site"}
                }) {
            forbidden(site, () -> mine.post(PATH, form, headers));
        }
        mine.post(PATH, form, "Origin", site.issuer(), "Sec-Fetch-Site", "same-origin").is(303);
    }

    private static void e7(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        App victim = App.web(site);
        Walk walk = app.walk().with("scope", "mcp:read");
        Params form =
                walk.allowed()
                        .with("scope", "mcp:read mcp:write")
                        .with("redirect_uri", "https://evil.example/cb")
                        .with("client_id", victim.id())
                        .with("code_challenge", "x".repeat(43))
                        .with("resource", site.otherResource())
                        .with("state", "tampered")
                        .with("access", "write");
        Visitor mine = walk.visitor();
        String forge = mine.post(PATH, form).isRedirect().header("Location");
        var back = mine.signIn(forge);
        Answer answer = walk.finish(back.getRawPath() + "?" + back.getRawQuery());
        String location = answer.isRedirect().header("Location");
        Expect.that(location.startsWith(app.redirectUri() + "?"), "to the client: " + location);
        Expect.equal("state", walk.request().value("state"), answer.location().value("state"));
        Params redemption = app.redemption(answer.location().value("code"), walk.pkce());
        Answer tokens = app.token(redemption).is(200);
        Expect.equal("scope", "mcp:read", tokens.json().path("scope").asText());
        String access = tokens.json().path("access_token").asText();
        site.mcp("/mcp", access).is(400);
        site.mcp("/mcp/other", access).is(401);
    }

    private static void e8(Installations at) throws Exception {
        Site site = at.plain();
        for (App app : List.of(App.local(site), App.web(site))) {
            Walk walk = app.walk();
            walk.open();
            long seen = site.forge().requests().size();
            Answer denied = site.withoutTrace(walk::deny);
            Params back = denied.location();
            Expect.equal("error", "access_denied", back.value("error"));
            Expect.equal("state", walk.request().value("state"), back.value("state"));
            Expect.equal("iss", site.issuer(), back.value("iss"));
            Expect.equal("requests at the forge", seen, (long) site.forge().requests().size());
            walk.allow().isPage();
            walk.deny().isPage();
        }
    }

    private static Verdict e9(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        Params form = walk.allowed();
        var ways = new ArrayList<String>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Answer>> clicks = new ArrayList<>();
            for (int i = 0; i < 4; i++) clicks.add(() -> walk.visitor().post(PATH, form));
            for (Future<Answer> click : threads.invokeAll(clicks)) {
                if (click.get().status() == 303) ways.add(click.get().header("Location"));
                else click.get().isPage();
            }
        }
        Expect.that(!ways.isEmpty(), "one click at least leads on");
        long codes = site.rows().count("authorization_code");
        int arrived = 0;
        String code = "";
        for (String way : ways) {
            var back = walk.visitor().signIn(way);
            Answer answer = walk.finish(back.getRawPath() + "?" + back.getRawQuery());
            if (answer.status() == 303) {
                arrived++;
                code = answer.location().value("code");
            } else {
                answer.isPage();
            }
        }
        Expect.equal("ways that end at the client", 1, arrived);
        Expect.equal("codes", codes + 1, site.rows().count("authorization_code"));
        app.token(app.redemption(code, walk.pkce())).is(200);
        walk.allow().isPage();
        Visitor two = site.visitor();
        Walk left = app.walk(two);
        Walk right = app.walk(two);
        left.open();
        right.open();
        right.tokens().requireAlive();
        left.tokens().requireAlive();
        Installations.Clocked clock = at.withClock();
        Walk late = App.local(clock.site()).walk();
        late.open();
        clock.advance(Duration.ofSeconds(601));
        late.allow().isPage();
        return Verdict.PASSED;
    }
}
