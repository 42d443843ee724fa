package postern.e2e.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** K1 to K9: revocation. */
final class RevocationRules {
    private static final String PATH = "/oauth/revoke";

    private RevocationRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "K1",
                        "RFC 7009 2.2",
                        "200 and nothing else, once, twice and for what is no token",
                        RevocationRules::k1),
                Rule.must("K2", "RFC 7009 2.1", "a token is needed", RevocationRules::k2),
                Rule.must(
                        "K3",
                        "RFC 7009 2.1",
                        "the client proves itself first",
                        RevocationRules::k3),
                Rule.must(
                        "K4",
                        "RFC 7009 2.1",
                        "another client's token is left alone",
                        RevocationRules::k4),
                Rule.must(
                        "K5",
                        "RFC 7009 2.1",
                        "either token ends the whole grant",
                        RevocationRules::k5),
                Rule.must("K6", "RFC 7009 2.1", "a wrong hint does no harm", RevocationRules::k6),
                Rule.must(
                        "K7",
                        "RFC 7009 2",
                        "only POST, and with CORS like token",
                        RevocationRules::k7),
                Rule.ours(
                        "K8",
                        "RFC 7009 2.2.1; CVE-2020-15223",
                        "at once, also against a rotation; 503 when it cannot be written down",
                        RevocationRules::k8),
                Rule.ours(
                        "K9",
                        "own",
                        "with the last grant the forge's tokens of a person are gone",
                        RevocationRules::k9));
    }

    private static void done(Answer answer) {
        answer.is(200).has("Cache-Control", "no-store");
        answer.require(answer.text().isEmpty(), "an empty body");
    }

    private static void k1(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        App app = granted.app();
        done(app.revoke(granted.access()));
        done(app.revoke(granted.access()));
        done(app.revoke(granted.refresh()));
        Granted other = App.local(site).connect();
        for (String unknown :
                List.of("x", "\u00e4", granted.refresh() + "x", other.access().substring(1))) {
            site.withoutTrace(() -> {
                Answer answer = app.revoke(unknown);
                done(answer);
                return answer;
            });
        }
        other.requireAlive();
    }

    private static void k2(Installations at) throws Exception {
        App app = App.local(at.plain());
        app.authenticated(PATH, Params.of()).refuses(400, "invalid_request");
        app.authenticated(PATH, Params.of("token", "")).refuses(400, "invalid_request");
        app.authenticated(PATH, Params.of("token", "x").and("token", "x"))
                .refuses(400, "invalid_request");
    }

    private static void k3(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.BASIC, App.LOOPBACK);
        Granted granted = app.connect();
        Params form = Params.of("token", granted.refresh());
        Wire wire = site.wire();
        site.withoutTrace(() -> {
            wire.post(PATH, form).refuses(400, "invalid_request");
            wire.post(PATH, form.with("client_id", app.id())).refuses(401, "invalid_client");
            wire.post(PATH, form.with("client_id", "unknown")).refuses(401, "invalid_client");
            wire.post(PATH, form, "Authorization", App.basic(app.id(), "wrong"))
                    .refuses(401, "invalid_client");
            Params posted = form.with("client_id", app.id()).with("client_secret", app.secret());
            return wire.post(PATH, posted).refuses(401, "invalid_client");
        });
        granted.requireAlive();
        done(app.revoke(granted.refresh()));
        granted.requireDead();
    }

    private static void k4(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        for (App other : List.of(App.local(site), App.registered(site, App.BASIC, App.LOOPBACK))) {
            for (String token : List.of(granted.access(), granted.refresh())) {
                site.withoutTrace(() -> other.revoke(token).isOneOf(200, 400));
            }
        }
        granted.requireAlive();
        granted.renew().is(200);
    }

    private static void k5(Installations at) throws Exception {
        Site site = at.plain();
        Granted byAccess = App.local(site).connect();
        Granted later = byAccess.renewed();
        done(byAccess.app().revoke(later.access()));
        byAccess.requireDead();
        later.requireDead();
        Granted byRefresh = App.local(site).connect();
        Granted second = byRefresh.renewed();
        done(byRefresh.app().revoke(second.refresh()));
        byRefresh.requireDead();
        second.requireDead();
    }

    private static void k6(Installations at) throws Exception {
        Site site = at.plain();
        for (String hint : List.of("refresh_token", "access_token", "nonsense", "")) {
            Granted one = App.local(site).connect();
            done(hinted(one.app(), one.access(), hint));
            one.requireDead();
            Granted two = App.local(site).connect();
            done(hinted(two.app(), two.refresh(), hint));
            two.requireDead();
        }
    }

    private static Answer hinted(App app, String token, String hint) throws Exception {
        return app.authenticated(PATH, Params.of("token", token, "token_type_hint", hint));
    }

    private static void k7(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        Params form = Params.of("token", granted.refresh(), "client_id", granted.app().id());
        for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
            Answer answer = site.wire().send(method, PATH + "?" + form.encoded(), "").is(405);
            answer.require(answer.header("Allow").contains("POST"), "Allow with POST");
        }
        granted.requireAlive();
        Answer posted = site.wire().post(PATH, form, "Origin", "https://page.example");
        posted.is(200).has("Access-Control-Allow-Origin", "*");
        site.wire()
                .send("OPTIONS", PATH, "", "Origin", "https://page.example")
                .is(204)
                .has("Access-Control-Allow-Origin", "*");
    }

    private static void k8(Installations at) throws Exception {
        Site site = at.rough();
        for (int round = 0; round < 10; round++) {
            Granted granted = App.local(site).connect();
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                List<Callable<Answer>> both =
                        List.of(granted::renew, () -> granted.app().revoke(granted.refresh()));
                var answers = new ArrayList<Answer>();
                for (Future<Answer> each : threads.invokeAll(both)) answers.add(each.get());
                done(answers.get(1));
                Answer renewal = answers.get(0);
                if (renewal.status() == 200) {
                    new Granted(granted.app(), granted.walk(), "", renewal).requireDead();
                } else {
                    renewal.refuses(400, "invalid_grant");
                }
            }
            granted.requireDead();
        }
        Granted granted = App.local(site).connect();
        try (AutoCloseable locked = site.rows().writeLock()) {
            Answer answer = granted.app().revoke(granted.refresh());
            answer.refuses(503, "temporarily_unavailable");
            answer.require(!answer.header("Retry-After").isEmpty(), "Retry-After");
        }
        granted.requireAlive();
        done(granted.app().revoke(granted.refresh()));
        granted.requireDead();
    }

    private static void k9(Installations at) throws Exception {
        Site site = at.plain();
        Visitor person = site.visitor();
        Granted one = App.local(site).walk(person).tokens();
        Granted two = App.local(site).walk(person).tokens();
        String sets =
                "select count(*) from upstream_token_set where person_id in"
                        + " (select id from person where login = ?)";
        Expect.equal("token sets", 1L, site.rows().number(sets, person.login()));
        done(one.app().revoke(one.refresh()));
        Expect.equal("still needed", 1L, site.rows().number(sets, person.login()));
        two.requireAlive();
        done(two.app().revoke(two.refresh()));
        // at once nothing is left with which the set could be opened
        for (String table : List.of("access_token", "refresh_token", "authorization_code")) {
            String wraps =
                    "select count(*) from "
                            + table
                            + " where wrap is not null and grant_id in"
                            + " (select id from access_grant where person_id ="
                            + " (select id from person where login = ?))";
            Expect.equal("wraps in " + table, 0L, site.rows().number(wraps, person.login()));
        }
        String keys = sets.replace("upstream_token_set", "upstream_key");
        Expect.soon(
                "set and keys are deleted within a minute or so",
                Duration.ofSeconds(70),
                () ->
                        site.rows().number(sets, person.login()) == 0
                                && site.rows().number(keys, person.login()) == 0);
    }
}
