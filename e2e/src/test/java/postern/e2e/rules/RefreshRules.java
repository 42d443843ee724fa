package postern.e2e.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** J1 to J8: the grant type refresh_token and its rotation. */
final class RefreshRules {
    private RefreshRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "J1",
                        "OAuth 2.1 4.3.1; MCP",
                        "each refresh of a public client brings a new refresh token",
                        RefreshRules::j1),
                Rule.must(
                        "J2",
                        "OAuth 2.1 4.3",
                        "none is invalid_request; unknown and ended ones invalid_grant",
                        RefreshRules::j2),
                Rule.must(
                        "J3",
                        "OAuth 2.1 4.3",
                        "another client's token is refused and its owner untouched",
                        RefreshRules::j3),
                Rule.must(
                        "J4",
                        "OAuth 2.1 4.3.3",
                        "less may be asked for, more is refused, and the token stays good",
                        RefreshRules::j4),
                Rule.must(
                        "J5",
                        "OAuth 2.1 4.3.1",
                        "an old token after its grace ends the whole grant",
                        RefreshRules::j5),
                new Rule(
                        "J6",
                        Level.OURS,
                        "FlowFuse #8273",
                        "within the grace an old token yields the newest, and kills nothing",
                        RefreshRules::j6),
                Rule.ours(
                        "J7",
                        "CVE-2026-1035",
                        "30 refreshes at once leave one live token; without grace one succeeds",
                        RefreshRules::j7),
                Rule.ours(
                        "J8",
                        "CVE-2026-9802",
                        "after a crash a client can go on, and what was retired stays so",
                        RefreshRules::j8));
    }

    private static void j1(Installations at) throws Exception {
        Granted granted = App.local(at.plain()).connect();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            Expect.that(seen.add(granted.refresh()), "a refresh token that was not seen before");
            Expect.that(seen.add(granted.access()), "an access token that was not seen before");
            granted = granted.renewed();
            granted.requireAlive();
        }
    }

    private static void j2(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        App app = granted.app();
        app.token(Params.of("grant_type", "refresh_token")).refuses(400, "invalid_request");
        Answer unknown = app.refresh("unknown").refuses(400, "invalid_grant");
        String token = granted.refresh();
        for (String bad :
                List.of(
                        token + "x",
                        token.substring(1),
                        token.toUpperCase(java.util.Locale.ROOT))) {
            Answer answer = site.withoutTrace(() -> app.refresh(bad));
            answer.refuses(400, "invalid_grant");
            Expect.equal("text", unknown.text(), answer.text());
        }
        app.revoke(token).is(200);
        Answer ended = app.refresh(token).refuses(400, "invalid_grant");
        Expect.equal("text", unknown.text(), ended.text());
    }

    private static void j3(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        App thief = App.local(site);
        App confidential = App.registered(site, App.BASIC, App.LOOPBACK);
        for (App other : List.of(thief, confidential)) {
            site.withoutTrace(() -> other.refresh(granted.refresh()).refuses(400, "invalid_grant"));
        }
        granted.requireAlive();
        Granted renewed = granted.renewed();
        thief.refresh(granted.refresh()).refuses(400, "invalid_grant");
        renewed.requireAlive();
        renewed.renew().is(200);
    }

    private static void j4(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        App app = granted.app();
        Params form = App.renewal(granted.refresh());
        site.withoutTrace(() ->
                app.token(form.with("resource", site.otherResource()))
                        .refuses(400, "invalid_target"));
        site.withoutTrace(
                () -> app.token(form.with("scope", "nonsense")).refuses(400, "invalid_scope"));
        Answer narrow = app.token(form.with("scope", "mcp:read")).is(200);
        Expect.equal("scope", "mcp:read", narrow.json().path("scope").asText());
        Answer full = app.refresh(narrow.json().path("refresh_token").asText()).is(200);
        Expect.equal("scope", "mcp:read mcp:write", full.json().path("scope").asText());
        Granted reader = app.walk().with("scope", "mcp:read").tokens();
        Params wider = App.renewal(reader.refresh()).with("scope", "mcp:read mcp:write");
        site.withoutTrace(() -> app.token(wider).refuses(400, "invalid_scope"));
        reader.renew().is(200);
    }

    private static void j5(Installations at) throws Exception {
        Site site = at.bare(); // without a grace every old token is after it
        Granted first = App.local(site).connect();
        Granted second = first.renewed();
        Granted third = second.renewed();
        third.requireAlive();
        first.renew().refuses(400, "invalid_grant");
        third.requireDead();
        second.requireDead();
        Granted other = App.local(site).connect();
        other.requireAlive();
    }

    private static Verdict j6(Installations at) throws Exception {
        Granted first = App.local(at.plain()).connect();
        Granted second = first.renewed();
        Granted third = second.renewed();
        for (Granted old : List.of(first, second, first)) {
            Answer again = old.renew().is(200);
            Expect.equal(
                    "the newest token",
                    third.refresh(),
                    again.json().path("refresh_token").asText());
            String access = again.json().path("access_token").asText();
            Expect.that(!access.equals(third.access()), "a fresh access token");
            Expect.that(at.plain().accepts(access), "which works");
        }
        for (Granted each : List.of(first, second, third)) each.requireAlive();
        third.renew().is(200);
        Installations.Clocked clock = at.withClock();
        Granted old = App.local(clock.site()).connect();
        Granted fresh = old.renewed();
        clock.advance(Duration.ofSeconds(119));
        old.renew().is(200);
        clock.advance(Duration.ofSeconds(2));
        old.renew().refuses(400, "invalid_grant");
        fresh.requireDead();
        return Verdict.PASSED;
    }

    private static void j7(Installations at) throws Exception {
        Granted graced = App.local(at.plain()).connect();
        Set<String> successors = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(30)) {
            List<Callable<Answer>> tries = new ArrayList<>();
            for (int i = 0; i < 30; i++) tries.add(graced::renew);
            for (Future<Answer> each : threads.invokeAll(tries)) {
                Answer answer = each.get().is(200);
                successors.add(answer.json().path("refresh_token").asText());
                String access = answer.json().path("access_token").asText();
                Expect.that(at.plain().accepts(access), "every answer works");
            }
        }
        Expect.equal("different refresh tokens", 1, successors.size());
        graced.app().refresh(successors.iterator().next()).is(200);
        Granted strict = App.local(at.bare()).connect();
        Params form = App.renewal(strict.refresh());
        Expect.equal("successes", 1, CodeRules.successes(strict.app(), form, 30));
    }

    private static void j8(Installations at) throws Exception {
        Site site = at.rough();
        Granted first = App.local(site).connect();
        Granted lost = first.renewed(); // as if this answer had never arrived
        site.crash();
        Answer again = first.renew().is(200);
        Expect.equal("goes on", lost.refresh(), again.json().path("refresh_token").asText());
        Site bare = at.with("crash without grace", java.util.Map.of("POSTERN_REFRESH_GRACE", "0s"));
        Granted old = App.local(bare).connect();
        Granted fresh = old.renewed();
        bare.crash();
        fresh.requireAlive();
        old.renew().refuses(400, "invalid_grant");
        fresh.requireDead();
    }
}
