package postern.e2e.rules;

import postern.testkit.forgejo.Fault;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** J9 to J13: how long a grant lives, and what it has to do with the forge. */
final class GrantLifeRules {
    private static final String FORGE_TOKENS = "/login/oauth/access_token";

    private GrantLifeRules() {}

    static List<Rule> rules() {
        return List.of(
                new Rule(
                        "J9",
                        Level.SHOULD,
                        "OAuth 2.1 4.3.1",
                        "unused and old grants end; rotation prolongs only the former",
                        GrantLifeRules::j9),
                Rule.must(
                        "J10",
                        "OAuth 2.1 4.3",
                        "a public client names itself, a confidential one proves itself",
                        GrantLifeRules::j10),
                Rule.ours(
                        "J11",
                        "own",
                        "a forge that is down is 503; one that refuses ends the grant",
                        GrantLifeRules::j11),
                Rule.ours(
                        "J12",
                        "RFC 9700 4.14",
                        "kinds of tokens are not interchangeable",
                        GrantLifeRules::j12),
                new Rule(
                        "J13",
                        Level.OURS,
                        "hydra #3509",
                        "a thousand rotations cost the last as little as the first",
                        GrantLifeRules::j13));
    }

    private static Verdict j9(Installations at) throws Exception {
        Installations.Clocked clock = at.withClock();
        Granted idle = App.local(clock.site()).connect();
        Granted used = App.local(clock.site()).connect();
        for (int day = 0; day < 87; day += 29) {
            clock.advance(Duration.ofDays(29));
            used = used.renewed();
        }
        idle.requireDead();
        clock.advance(Duration.ofDays(3).minusSeconds(5));
        used.renew().isOneOf(200, 400);
        clock.advance(Duration.ofSeconds(10));
        used.requireDead();
        return Verdict.PASSED;
    }

    private static void j10(Installations at) throws Exception {
        Site site = at.plain();
        Granted open = App.local(site).connect();
        Params form = App.renewal(open.refresh());
        site.withoutTrace(
                () -> site.wire().post(TokenRules.PATH, form).refuses(400, "invalid_request"));
        Granted closed = App.registered(site, App.BASIC, App.LOOPBACK).connect();
        Params named = App.renewal(closed.refresh()).with("client_id", closed.app().id());
        site.withoutTrace(
                () -> site.wire().post(TokenRules.PATH, named).refuses(401, "invalid_client"));
        open.renew().is(200);
        closed.renew().is(200);
    }

    private static McpAnswer open(Site site, Granted granted) throws Exception {
        try (McpClient client = McpClient.of(URI.create(site.resource()), granted.access())) {
            McpAnswer answer = client.initialize("2025-11-25");
            if (answer.status() == 200) client.delete();
            return answer;
        }
    }

    private static void j11(Installations at) throws Exception {
        Site site = at.shortForge();
        App app = App.local(site);
        Granted granted = app.connect();
        long signedIn = System.nanoTime();
        // the forge's access token lives three seconds: after that a session needs a refresh there
        Expect.soon(
                "three seconds have passed",
                Duration.ofSeconds(10),
                () -> System.nanoTime() - signedIn > 3_200_000_000L);
        site.forge().addFault(FORGE_TOKENS, Fault.html(502), Long.MAX_VALUE);
        McpAnswer down = open(site, granted);
        site.forge().clearFaults();
        Expect.that(
                down.status() == 503 && !down.header("Retry-After").isEmpty(),
                "503 with Retry-After while the forge is down: " + down);
        granted.requireAlive();
        long refreshes = site.forge().tokenRequestCount("refresh_token");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<McpAnswer>> sessions = new ArrayList<>();
            for (int i = 0; i < 4; i++) sessions.add(() -> open(site, granted));
            for (Future<McpAnswer> each : threads.invokeAll(sessions)) {
                Expect.equal("a session", 200, each.get().status());
            }
        }
        long made = site.forge().tokenRequestCount("refresh_token") - refreshes;
        Expect.that(made >= 1, "the forge was asked for new tokens");
        granted.renew().is(200);
        Granted ended = app.connect();
        site.forge().revokeGrant(ended.walk().visitor().login(), site.forgeApp().clientId());
        Expect.soon(
                "the forge's refusal ends the grant",
                Duration.ofSeconds(10),
                () -> open(site, ended).status() == 401);
        ended.renew().refuses(400, "invalid_grant");
        granted.renew().is(200);
    }

    private static void j12(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        App app = granted.app();
        Expect.that(!site.accepts(granted.refresh()), "a refresh token is no bearer token");
        app.refresh(granted.access()).refuses(400, "invalid_grant");
        Params asCode = app.redemption(granted.access(), granted.walk().pkce());
        app.token(asCode).refuses(400, "invalid_grant");
        app.token(asCode.with("code", granted.refresh())).refuses(400, "invalid_grant");
        app.refresh(granted.code()).refuses(400, "invalid_grant");
        Expect.that(!site.accepts(granted.code()), "a code is no bearer token");
        granted.requireAlive();
    }

    private static long most(StoredRows rows, String table) throws SQLException {
        String each = "select count(*) as number from " + table + " group by grant_id";
        return rows.number("select max(number) from (" + each + ")");
    }

    private static Verdict j13(Installations at) throws Exception {
        Granted old = App.local(at.plain()).connect();
        for (int i = 0; i < 800; i++) old = old.renewed();
        Granted fresh = App.local(at.plain()).connect();
        var ofOld = new ArrayList<Long>();
        var ofFresh = new ArrayList<Long>();
        // in turn, so that a busy machine slows both
        for (int i = 0; i < 200; i++) {
            long began = System.nanoTime();
            old = old.renewed();
            long between = System.nanoTime();
            fresh = fresh.renewed();
            ofOld.add(between - began);
            ofFresh.add(System.nanoTime() - between);
        }
        Expect.that(
                median(ofOld) < 2 * median(ofFresh),
                "the thousandth rotation is as quick as the first: "
                        + median(ofOld)
                        + " and "
                        + median(ofFresh)
                        + " ns");
        StoredRows rows = at.plain().rows();
        Expect.that(most(rows, "refresh_token") <= 66, "refresh tokens of one grant are bounded");
        Expect.that(most(rows, "access_token") <= 64, "access tokens of one grant are bounded");
        return Verdict.PASSED;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
