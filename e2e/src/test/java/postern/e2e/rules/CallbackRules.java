package postern.e2e.rules;

import postern.testkit.forgejo.Fault;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** F1 to F10: the browser comes back from the forge. */
final class CallbackRules {
    private static final String PATH = "/oauth/callback";
    private static final String FORGE_TOKENS = "/login/oauth/access_token";

    private CallbackRules() {}

    static List<Rule> rules() {
        return List.of(
                new Rule(
                        "F1",
                        Level.MUST,
                        "OAuth 2.1 7.12",
                        "a state that is not waiting is a page, and the forge is not asked",
                        CallbackRules::f1),
                Rule.must(
                        "F2",
                        "GHSA-rww4-4w9c-7733; CVE-2022-39222",
                        "only the browser that agreed may come back",
                        CallbackRules::f2),
                Rule.must("F3", "own", "two returns at once are one code", CallbackRules::f3),
                Rule.must(
                        "F4",
                        "OAuth 2.1 4.1.1; RFC 9207 2.4",
                        "each trip has a fresh state and S256 verifier of ours",
                        CallbackRules::f4),
                Rule.must(
                        "F5",
                        "OAuth 2.1 3.1",
                        "a return that says two things is a page",
                        CallbackRules::f5),
                Rule.must(
                        "F6",
                        "OAuth 2.1 4.1.2.1",
                        "the forge's refusal becomes ours, its words do not",
                        CallbackRules::f6),
                Rule.must(
                        "F7",
                        "own",
                        "a broken token answer of the forge is an error for the client",
                        CallbackRules::f7),
                Rule.must(
                        "F8", "own", "people are known by number, not by name", CallbackRules::f8),
                Rule.must(
                        "F9",
                        "own",
                        "HEAD and prefetch use nothing up; a narrower forge narrows the grant",
                        CallbackRules::f9),
                Rule.must(
                        "F10",
                        "draft security-topics-update 2.3",
                        "clients and people of one browser are never mixed",
                        CallbackRules::f10));
    }

    private static Verdict f1(Installations at) throws Exception {
        Site site = at.plain();
        Walk walk = App.local(site).walk();
        Params good = Params.parse(walk.callback().replaceFirst(".*\\?", ""));
        Visitor mine = walk.visitor();
        for (Params bad :
                List.of(
                        good.without("state"),
                        good.with("state", ""),
                        good.with("state", "x".repeat(43)),
                        good.with("state", good.value("state") + "x"),
                        good.with("state", walk.request().value("state")))) {
            site.withoutTrace(() -> mine.get(PATH + "?" + bad.encoded()).isPage());
        }
        String returned = PATH + "?" + good.encoded();
        walk.finish(returned).location().value("code");
        site.withoutTrace(() -> mine.get(returned).isPage());
        Installations.Clocked clock = at.withClock();
        Walk late = App.local(clock.site()).walk();
        String callback = late.callback();
        clock.advance(Duration.ofSeconds(601));
        clock.site().withoutTrace(() -> late.visitor().get(callback).isPage());
        return Verdict.PASSED;
    }

    private static void f2(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        String returned = walk.callback();
        for (Visitor stranger : List.of(site.visitor(), withOwnCookie(app))) {
            site.withoutTrace(() -> stranger.get(returned).isOneOf(400, 403).hasNo("Location"));
        }
        // the victim opens what the attacker captured before the forge: no code either
        Walk attacker = app.walk();
        String captured = attacker.allow().isRedirect().header("Location");
        Visitor victim = withOwnCookie(app);
        URI back = victim.signIn(captured);
        site.withoutTrace(() ->
                victim.get(back.getRawPath() + "?" + back.getRawQuery())
                        .isOneOf(400, 403)
                        .hasNo("Location"));
        // what stands in the form never stands in an address
        String transaction = walk.form().hidden().value("transaction");
        Expect.that(!returned.contains(transaction), "the transaction is in no address");
        Expect.that(!captured.contains(attacker.form().hidden().value("transaction")), "nor there");
        walk.finish(returned).location().value("code");
    }

    private static Visitor withOwnCookie(App app) throws Exception {
        Walk own = app.walk();
        own.open();
        return own.visitor();
    }

    private static void f3(Installations at) throws Exception {
        Site site = at.plain();
        Walk walk = App.local(site).walk();
        String returned = walk.callback();
        long asked = site.tokenRequests();
        long codes = site.rows().count("authorization_code");
        int redirects = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Answer>> returns = new ArrayList<>();
            for (int i = 0; i < 8; i++) returns.add(() -> walk.finish(returned));
            for (Future<Answer> each : threads.invokeAll(returns)) {
                if (each.get().status() == 303) redirects++;
                else each.get().isPage();
            }
        }
        Expect.equal("redirects to the client", 1, redirects);
        Expect.equal("exchanges at the forge", asked + 1, site.tokenRequests());
        Expect.equal("codes", codes + 1, site.rows().count("authorization_code"));
    }

    private static void f4(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Set<String> states = new HashSet<>();
        Set<String> challenges = new HashSet<>();
        Visitor person = site.visitor();
        for (int i = 0; i < 5; i++) {
            Walk walk = app.walk(person);
            Params trip = walk.allow().location();
            Expect.equal("method", "S256", trip.value("code_challenge_method"));
            String challenge = trip.value("code_challenge");
            Expect.that(challenge.matches("[A-Za-z0-9_-]{43}"), "a challenge: " + challenge);
            Expect.that(!challenge.equals(walk.pkce().challenge()), "not the client's challenge");
            Expect.that(trip.value("state").length() >= 43, "a state of 256 bits");
            Expect.that(!trip.value("state").equals(walk.request().value("state")), "of our own");
            states.add(trip.value("state"));
            challenges.add(challenge);
        }
        Expect.equal("different states", 5, states.size());
        Expect.equal("different challenges", 5, challenges.size());
        Walk walk = app.walk(person);
        String returned = walk.callback();
        site.withoutTrace(() -> person.get(returned + "&iss=https%3A%2F%2Fevil.example").isPage());
        String root = site.forge().rootUrl().toString().replaceAll("/$", "");
        walk.finish(returned + "&iss=" + Params.encode(root)).location().value("code");
    }

    private static void f5(Installations at) throws Exception {
        Site site = at.plain();
        Walk walk = App.local(site).walk();
        String returned = walk.callback();
        Params good = Params.parse(returned.replaceFirst(".*\\?", ""));
        for (Params bad :
                List.of(
                        good.and("code", good.value("code")),
                        good.and("code", "x"),
                        good.and("state", good.value("state")),
                        good.and("state", "x"),
                        good.and("error", "access_denied"),
                        good.without("code"),
                        good.with("code", ""))) {
            site.withoutTrace(() -> walk.visitor().get(PATH + "?" + bad.encoded()).isPage());
        }
        walk.finish(returned).location().value("code");
    }

    private static void f6(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        String words = "canary words of the forge <script>";
        for (List<String> row :
                List.of(
                        List.of("access_denied", "access_denied"),
                        List.of("server_error", "server_error"),
                        List.of("temporarily_unavailable", "temporarily_unavailable"),
                        List.of("invalid_scope", "server_error"),
                        List.of("canary_error", "server_error"))) {
            Walk walk = app.walk();
            String state = walk.allow().location().value("state");
            Params refusal =
                    Params.of(
                            "error",
                            row.get(0),
                            "error_description",
                            words,
                            "error_uri",
                            "https://evil.example/",
                            "state",
                            state);
            Answer answer =
                    site.withoutTrace(() -> walk.visitor().get(PATH + "?" + refusal.encoded()));
            Params back = answer.location();
            Expect.equal("error for " + row.get(0), row.get(1), back.value("error"));
            Expect.equal("state", walk.request().value("state"), back.value("state"));
            Expect.equal("iss", site.issuer(), back.value("iss"));
            Expect.that(!answer.whole().contains("canary"), "none of the forge's words: " + answer);
            Expect.that(!answer.whole().contains("evil"), "none of the forge's addresses");
        }
    }

    private static void f7(Installations at) throws Exception {
        Site site = at.rough();
        App app = App.local(site);
        String json = "application/json";
        for (Fault fault :
                List.of(
                        Fault.html(200),
                        Fault.html(502),
                        new Fault.Answer(500, json, "{}"),
                        new Fault.Answer(200, json, "{}"),
                        new Fault.Answer(200, json, "not json"),
                        new Fault.Answer(200, json, "{\"access_token\":\"canary-f7\"}"),
                        new Fault.Answer(
                                200,
                                json,
                                "{\"access_token\":\"canary-f7\",\"token_type\":\"mac\","
                                        + "\"expires_in\":3600,\"refresh_token\":\"canary-f7\"}"),
                        new Fault.Answer(200, json, "{\"x\":\"" + "y".repeat(10 << 20) + "\"}"),
                        new Fault.LoseAnswer())) {
            Walk walk = app.walk();
            String returned = walk.callback();
            var before = site.rows().counts();
            site.forge().addFault(FORGE_TOKENS, fault, Long.MAX_VALUE);
            try {
                Params back = walk.visitor().get(returned).location();
                String error = back.value("error");
                Expect.that(
                        Set.of("server_error", "temporarily_unavailable").contains(error),
                        "server_error or temporarily_unavailable after "
                                + shown(fault)
                                + ": "
                                + error);
                Expect.equal("codes", List.of(), back.all("code"));
            } finally {
                site.forge().clearFaults();
            }
            Expect.equal("rows after " + shown(fault), before, site.rows().counts());
        }
        Expect.that(!site.postern().stderr().contains("canary-f7"), "no token in the log");
        app.connect().requireAlive();
    }

    private static String shown(Fault fault) {
        String text = fault.toString();
        return text.substring(0, Math.min(120, text.length()));
    }

    private static void f8(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk first = app.walk();
        first.tokens();
        String login = first.visitor().login();
        String people = "select count(*) from person where login = ?";
        Expect.equal("people of this login", 1L, site.rows().number(people, login));
        long id = site.rows().number("select id from person where login = ?", login);
        String renamed = Site.unique("renamed");
        site.forge().renameUser(login, renamed);
        app.walk(Visitor.at(site, renamed)).tokens();
        String number = "select id from person where login = ?";
        Expect.equal("the same person", id, site.rows().number(number, renamed));
        // somebody else takes the old name
        site.forge().addUser(login, Visitor.PASSWORD);
        app.walk(Visitor.at(site, login)).tokens();
        Expect.that(site.rows().number(number, login) != id, "the name inherits nothing");
    }

    private static void f9(Installations at) throws Exception {
        Site site = at.plain();
        Walk walk = App.local(site).walk();
        String returned = walk.callback();
        Visitor mine = walk.visitor();
        site.withoutTrace(() -> mine.send("HEAD", returned).hasNo("Location"));
        site.withoutTrace(() -> mine.get(returned, "Sec-Purpose", "prefetch").hasNo("Location"));
        site.withoutTrace(
                () -> mine.get(returned, "Sec-Purpose", "prefetch;prerender").hasNo("Location"));
        walk.finish(returned).location().value("code");
        Site narrow =
                at.with(
                        "forge that only reads",
                        java.util.Map.of(
                                "POSTERN_FORGEJO_SCOPES", "read:repository read:issue read:user"));
        Granted granted = App.local(narrow).connect();
        Expect.equal("scope", "mcp:read", RequestRules.scope(granted));
    }

    private static void f10(Installations at) throws Exception {
        Site site = at.plain();
        Visitor person = site.visitor();
        App first = App.local(site);
        App second = App.registered(site, App.NONE, "http://127.0.0.1:8888/second");
        Walk one = first.walk(person);
        Walk two = second.walk(person);
        one.open();
        two.open();
        String forOne = one.callback();
        String forTwo = two.callback();
        Answer back = two.finish(forOne).isRedirect();
        back.require(
                back.header("Location").startsWith(first.redirectUri()), "to the first client");
        String code = back.location().value("code");
        second.token(second.redemption(code, two.pkce()).without("redirect_uri"))
                .refuses(400, "invalid_grant");
        first.token(first.redemption(code, one.pkce())).is(200);
        String secondCode = two.finish(forTwo).location().value("code");
        second.token(second.redemption(secondCode, two.pkce())).is(200);
    }
}
