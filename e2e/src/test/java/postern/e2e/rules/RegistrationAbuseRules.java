package postern.e2e.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** B16 to B22: what registration must not do for strangers, and what becomes of registrations. */
final class RegistrationAbuseRules {
    private RegistrationAbuseRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.ours(
                        "B16",
                        "CVE-2026-22752",
                        "no address in a registration is ever fetched",
                        RegistrationAbuseRules::b16),
                Rule.must(
                        "B17",
                        "OAuth 2.1 7.4; CIMD 6.9",
                        "we make the client_id, 128 bits, never like an address",
                        RegistrationAbuseRules::b17),
                new Rule(
                        "B18",
                        Level.OURS,
                        "own",
                        "registrations are limited per address, purged unused after a day",
                        RegistrationAbuseRules::b18),
                Rule.ours(
                        "B19",
                        "MCP TS SDK",
                        "a forgotten client gets a page at authorize and invalid_client at token",
                        RegistrationAbuseRules::b19),
                Rule.ours(
                        "B20",
                        "RFC 7591 3",
                        "where an initial access token is needed, without it is 401 Bearer",
                        RegistrationAbuseRules::b20),
                Rule.must(
                        "B21",
                        "RFC 7592 3",
                        "management of registrations is offered whole or not at all",
                        RegistrationAbuseRules::b21),
                Rule.must(
                        "B22",
                        "own",
                        "100 registrations at once are 100 clients; GET is 405, OPTIONS 204",
                        RegistrationAbuseRules::b22));
    }

    private static void b16(Installations at) throws Exception {
        Site site = at.plain();
        try (var canary = new Canary()) {
            ObjectNode document = App.document(App.NONE, App.LOOPBACK);
            for (String member :
                    List.of("client_uri", "logo_uri", "tos_uri", "policy_uri", "logo_uri#en")) {
                document.put(member, "https://" + canary.address() + "/" + member.charAt(0));
            }
            for (String member : List.of("jwks_uri", "sector_identifier_uri", "request_uris")) {
                document.put(member, "http://" + canary.address() + "/x");
            }
            Answer answer = site.register(document.toString()).is(201);
            App app = App.of(site, answer, App.LOOPBACK);
            app.walk().tokens().requireAlive();
            canary.requireSilence();
        }
    }

    private static void b17(Installations at) throws Exception {
        Site site = at.plain();
        ObjectNode document = App.document(App.NONE, App.WEB);
        document.put("client_id", "https://mine.example/client.json");
        document.put("client_secret", "chosen-by-the-client");
        Answer answer = site.register(document.toString()).is(201);
        String id = answer.json().path("client_id").asText();
        Expect.that(id.matches("[\\x21-\\x7e]{22,200}"), "22 visible characters or more: " + id);
        Expect.that(!id.startsWith("https://"), "not like an address: " + id);
        Expect.that(!answer.json().has("client_secret"), "no secret by request: " + answer);
        var prefixes = new HashSet<String>();
        for (int i = 0; i < 20; i++) prefixes.add(App.web(site).id().substring(0, 6));
        Expect.that(prefixes.size() == 20, "random from the first characters on: " + prefixes);
    }

    private static Verdict b18(Installations at) throws Exception {
        Site site = at.plain();
        Wire one = site.wire();
        long before = site.rows().count("client");
        for (int i = 1; i <= 10; i++) post(one).is(201);
        for (int i = 0; i < 20; i++) {
            Answer refused = post(one);
            if (refused.status() == 201) continue; // six seconds have passed on a slow machine
            refused.is(429).isJson();
            int wait = Integer.parseInt(refused.header("Retry-After"));
            refused.require(wait >= 1 && wait <= 60, "Retry-After within a minute");
        }
        Expect.that(post(one).status() == 429, "the address stays refused");
        post(site.wire()).is(201);
        long stored = site.rows().count("client") - before;
        Expect.that(stored <= 20, "31 tries of one address store at most ten or so: " + stored);
        Installations.Clocked clock = at.withClock();
        App unused = App.local(clock.site());
        App used = App.local(clock.site());
        used.connect();
        clock.advance(Duration.ofHours(25));
        App.local(clock.site());
        clock.site().wire().get("/oauth/authorize?client_id=" + unused.id()).isPage();
        unused.refresh("x").refuses(401, "invalid_client");
        used.refresh("x").refuses(400, "invalid_grant");
        return Verdict.PASSED;
    }

    private static Answer post(Wire wire) throws Exception {
        return wire.json("/oauth/register", App.document(App.NONE, App.WEB).toString());
    }

    /** The row is taken away as the purge does it. */
    private static void b19(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Walk walk = app.walk();
        Expect.equal("purged", 1, site.rows().change("delete from client where id = ?", app.id()));
        site.withoutTrace(() -> walk.open().isPage());
        Answer answer = app.refresh("x");
        answer.refuses(401, "invalid_client");
        answer.require(answer.header("WWW-Authenticate").startsWith("Basic"), "a challenge");
        app.token(app.redemption("x", walk.pkce())).refuses(401, "invalid_client");
    }

    private static void b20(Installations at) throws Exception {
        String secret = "initial-access-token-of-the-rules-000001";
        Site site =
                at.with(
                        "registration by token",
                        Map.of(
                                "POSTERN_REGISTRATION",
                                "token",
                                "POSTERN_REGISTRATION_TOKEN",
                                secret));
        String document = App.document(App.NONE, App.WEB).toString();
        site.withoutTrace(() -> {
            for (String wrong :
                    List.of("", "Bearer wrong", "Bearer " + secret + "x", "Basic eDp5")) {
                Answer answer =
                        wrong.isEmpty()
                                ? site.register(document)
                                : site.wire()
                                        .json("/oauth/register", document, "Authorization", wrong);
                answer.is(401);
                String challenge = answer.header("WWW-Authenticate");
                answer.require(challenge.startsWith("Bearer"), "a Bearer challenge");
            }
            return "wrong tokens";
        });
        site.wire().json("/oauth/register", document, "Authorization", "Bearer " + secret).is(201);
    }

    private static void b21(Installations at) throws Exception {
        Site site = at.plain();
        Answer answer = site.register(App.document(App.NONE, App.LOOPBACK).toString()).is(201);
        boolean uri = answer.json().has("registration_client_uri");
        boolean token = answer.json().has("registration_access_token");
        Expect.that(!uri && !token, "neither member, since RFC 7592 is not offered: " + answer);
        App app = App.of(site, answer, App.LOOPBACK);
        for (String method : List.of("GET", "PUT", "DELETE")) {
            site.wire().send(method, "/oauth/register/" + app.id(), "").is(404);
            site.wire().send(method, "/oauth/register?client_id=" + app.id(), "").is(405);
        }
        app.refresh("x").refuses(400, "invalid_grant");
    }

    private static void b22(Installations at) throws Exception {
        Site site = at.plain();
        var ids = new HashSet<String>();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            var tries = new ArrayList<Callable<App>>();
            for (int i = 0; i < 100; i++) {
                String method = i % 2 == 0 ? App.NONE : App.BASIC;
                tries.add(() -> App.registered(site, method, App.WEB));
            }
            for (Future<App> each : threads.invokeAll(tries)) ids.add(each.get().id());
        }
        Expect.equal("ids", 100, ids.size());
        String same = App.document(App.BASIC, App.WEB).toString();
        String first = site.register(same).is(201).json().path("client_id").asText();
        String second = site.register(same).is(201).json().path("client_id").asText();
        Expect.that(!first.equals(second), "clients with secrets never share an id");
        Answer get = site.wire().get("/oauth/register").is(405);
        get.require(get.header("Allow").contains("POST"), "Allow with POST");
        site.wire()
                .send("OPTIONS", "/oauth/register", "", "Origin", "https://page.example")
                .is(204)
                .has("Access-Control-Allow-Origin", "*");
    }
}
