package postern.e2e.rules;

import postern.testkit.oauth.Pkce;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** I1 to I11: the grant type authorization_code. */
final class CodeRules {
    private CodeRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "I1",
                        "OAuth 2.1 4.1.3",
                        "no code is invalid_request; an unknown or foreign one invalid_grant",
                        CodeRules::i1),
                Rule.must(
                        "I2",
                        "RFC 7636 4.6",
                        "a verifier is needed, well formed and the right one",
                        CodeRules::i2),
                Rule.must(
                        "I3",
                        "OAuth 2.1 4.1.3; CVE-2026-28513",
                        "client, verifier and address are each checked, whatever the others are",
                        CodeRules::i3),
                Rule.must(
                        "I4",
                        "OAuth 2.1 10.2",
                        "redirect_uri may be missing, but not another one",
                        CodeRules::i4),
                Rule.must(
                        "I5",
                        "OAuth 2.1 4.1.3",
                        "a code used twice ends all that came of it",
                        CodeRules::i5),
                Rule.should(
                        "I6", "OAuth 2.1 7.5.2", "a stolen used code ends nothing", CodeRules::i6),
                Rule.ours(
                        "I7",
                        "own",
                        "a failed try does not use a code up; five burn it",
                        CodeRules::i7),
                new Rule(
                        "I8",
                        Level.MUST,
                        "OAuth 2.1 4.1.2; CVE-2024-22403",
                        "a code lives 60 seconds, whatever the clock does",
                        CodeRules::i8),
                Rule.must(
                        "I9",
                        "OAuth 2.1 4.1.2; Gitea 1.25.5",
                        "of 50 redemptions at once and a restart one succeeds",
                        CodeRules::i9),
                Rule.must(
                        "I10",
                        "RFC 8707 2.2",
                        "a resource that was not granted is refused before the code is used",
                        CodeRules::i10),
                Rule.ours(
                        "I11",
                        "own",
                        "codes survive a restart, are no tokens, and end with the person",
                        CodeRules::i11));
    }

    private static void i1(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        App other = App.local(site);
        Walk walk = app.walk();
        Params good = app.redemption(walk.code(), walk.pkce());
        app.token(good.without("code")).refuses(400, "invalid_request");
        String code = good.value("code");
        Answer unknown = app.token(good.with("code", "unknown")).refuses(400, "invalid_grant");
        String changed = code.substring(0, code.length() - 7) + "xxxxxxx";
        for (Answer answer :
                List.of(
                        app.token(good.with("code", changed)),
                        app.token(good.with("code", code + "x")),
                        app.token(good.with("code", code.substring(1))),
                        other.token(good))) {
            answer.refuses(400, "invalid_grant");
            Expect.equal("text", unknown.text(), answer.text());
        }
        app.token(good).is(200);
    }

    private static void i2(Installations at) throws Exception {
        App app = App.local(at.plain());
        for (String verifier :
                List.of("", "x".repeat(42), "x".repeat(129), "!".repeat(43), "\u00e4".repeat(43))) {
            Walk walk = app.walk();
            Params good = app.redemption(walk.code(), walk.pkce());
            Params bad =
                    verifier.isEmpty()
                            ? good.without("code_verifier")
                            : good.with("code_verifier", verifier);
            Answer answer = walk.app().site().withoutTokens(() -> app.token(bad)).is(400);
            String word = answer.json().path("error").asText();
            boolean malformed = !verifier.isEmpty() && word.equals("invalid_request");
            answer.require(malformed || word.equals("invalid_grant"), "invalid_grant");
            Params wrong = good.with("code_verifier", Pkce.create().verifier());
            app.token(wrong).refuses(400, "invalid_grant");
            // the challenge itself is no verifier: "plain" is not understood in secret
            app.token(good.with("code_verifier", walk.pkce().challenge()))
                    .refuses(400, "invalid_grant");
            app.token(good).is(200);
        }
    }

    /** All eight combinations; only the last one, with nothing wrong, succeeds. */
    private static void i3(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.NONE, App.LOOPBACK, "http://127.0.0.1:7777/second");
        App other = App.local(site);
        for (int wrong = 7; wrong >= 0; wrong--) {
            Walk walk = app.walk();
            Params form = app.redemption(walk.code(), walk.pkce());
            if ((wrong & 1) != 0) form = form.with("code_verifier", Pkce.create().verifier());
            if ((wrong & 2) != 0) form = form.with("redirect_uri", "http://127.0.0.1:7777/second");
            Answer answer = ((wrong & 4) != 0 ? other : app).token(form);
            if (wrong == 0) answer.is(200);
            else answer.refuses(400, "invalid_grant");
        }
    }

    private static void i4(Installations at) throws Exception {
        App app = App.registered(at.plain(), App.NONE, App.LOOPBACK, App.WEB);
        Walk walk = app.walk();
        Params good = app.redemption(walk.code(), walk.pkce());
        for (String uri :
                List.of(App.LOOPBACK.replace(":7777", ":7778"), App.WEB, App.LOOPBACK + "/")) {
            app.token(good.with("redirect_uri", uri)).refuses(400, "invalid_grant");
        }
        app.token(good.without("redirect_uri")).is(200);
        Walk second = app.walk();
        app.token(app.redemption(second.code(), second.pkce())).is(200);
    }

    private static void i5(Installations at) throws Exception {
        Granted granted = App.local(at.plain()).connect();
        App app = granted.app();
        Granted renewed = granted.renewed();
        renewed.requireAlive();
        Params again = app.redemption(granted.code(), granted.walk().pkce());
        app.token(again).refuses(400, "invalid_grant");
        granted.requireDead();
        renewed.requireDead();
        app.token(again).refuses(400, "invalid_grant");
    }

    private static void i6(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        App app = granted.app();
        Params again = app.redemption(granted.code(), granted.walk().pkce());
        app.token(again.with("code_verifier", Pkce.create().verifier()))
                .refuses(400, "invalid_grant");
        app.token(again.without("code_verifier")).refuses(400, "invalid_grant");
        app.token(again.with("redirect_uri", App.WEB)).refuses(400, "invalid_grant");
        App.local(site).token(again).refuses(400, "invalid_grant");
        granted.requireAlive();
        granted.renew().is(200);
    }

    private static void i7(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        Params good = app.redemption(walk.code(), walk.pkce());
        app.token(good.with("code_verifier", Pkce.create().verifier()));
        App.local(site).token(good);
        app.token(good.with("redirect_uri", App.WEB));
        app.token(good.with("resource", "https://evil.example/"));
        app.token(good).is(200);
        Walk burnt = app.walk();
        Params fine = app.redemption(burnt.code(), burnt.pkce());
        for (int i = 0; i < 5; i++) {
            app.token(fine.with("code_verifier", Pkce.create().verifier()))
                    .refuses(400, "invalid_grant");
        }
        app.token(fine).refuses(400, "invalid_grant");
    }

    private static Verdict i8(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        long before = System.currentTimeMillis();
        walk.code();
        long expires =
                site.rows()
                        .number(
                                "select max(expires_at) from authorization_code where grant_id in"
                                        + " (select id from access_grant where client_id = ?)",
                                app.id());
        long seconds = (expires - before) / 1000;
        Expect.that(seconds > 30 && seconds <= 60 + 20, "stored for about 60 s: " + seconds);
        Installations.Clocked clock = at.withClock();
        App there = App.local(clock.site());
        Walk late = there.walk();
        Params good = there.redemption(late.code(), late.pkce());
        clock.advance(Duration.ofSeconds(61));
        there.token(good).refuses(400, "invalid_grant");
        clock.jump(Duration.ofSeconds(-3600));
        there.token(good).refuses(400, "invalid_grant");
        clock.jump(Duration.ofSeconds(3600));
        return Verdict.PASSED;
    }

    private static void i9(Installations at) throws Exception {
        Site site = at.rough();
        App app = App.local(site);
        Walk walk = app.walk();
        Params good = app.redemption(walk.code(), walk.pkce());
        Expect.equal("successes", 1, successes(app, good, 50));
        Walk second = app.walk();
        Params spent = app.redemption(second.code(), second.pkce());
        app.token(spent).is(200);
        site.crash();
        Expect.equal("successes after a restart", 0, successes(app, spent, 10));
    }

    static int successes(App app, Params form, int times) throws Exception {
        int successes = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
            List<Callable<Answer>> tries = new ArrayList<>();
            for (int i = 0; i < times; i++) tries.add(() -> app.token(form));
            for (Future<Answer> each : threads.invokeAll(tries)) {
                if (each.get().status() == 200) successes++;
                else each.get().refuses(400, "invalid_grant");
            }
        }
        return successes;
    }

    private static void i10(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk().with("resource", site.resource());
        Params good = app.redemption(walk.code(), walk.pkce());
        for (String resource :
                List.of(site.otherResource(), "https://evil.example/", site.resource() + "/")) {
            app.token(good.with("resource", resource)).refuses(400, "invalid_target");
        }
        Params two = good.with("resource", site.resource()).and("resource", site.otherResource());
        app.token(two).refuses(400, "invalid_target");
        Answer tokens = app.token(good.with("resource", site.resource())).is(200);
        String access = tokens.json().path("access_token").asText();
        site.mcp("/mcp", access).is(400);
        site.mcp("/mcp/other", access).is(401);
    }

    private static void i11(Installations at) throws Exception {
        Site site = at.rough();
        App app = App.local(site);
        Walk walk = app.walk();
        String code = walk.code();
        Expect.that(!site.accepts(code), "a code is no bearer token");
        app.refresh(code).refuses(400, "invalid_grant");
        site.crash();
        app.token(app.redemption(code, walk.pkce())).is(200);
        // the grant of a code that was not redeemed yet ends like any other
        Walk ended = app.walk();
        Params good = app.redemption(ended.code(), ended.pkce());
        App.local(site).walk(ended.visitor()).tokens();
        site.rows().change("update access_grant set ended_at = 1 where client_id = ?", app.id());
        app.token(good).refuses(400, "invalid_grant");
    }
}
