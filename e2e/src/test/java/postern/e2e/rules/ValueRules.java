package postern.e2e.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import postern.store.Database;
import postern.vault.MasterKeys;
import postern.vault.Vault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Q1 to Q5: values and what is stored of them. */
final class ValueRules {
    private static final int SAMPLES = 100_000;
    private static final String GRANT = "A".repeat(22);

    private ValueRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "Q1",
                        "OAuth 2.1 7.7",
                        "256 random bits, a prefix that scanners know, a checksum",
                        ValueRules::q1),
                Rule.ours(
                        "Q2",
                        "own",
                        "no secret is in database, log, arguments or environment",
                        ValueRules::q2),
                Rule.ours(
                        "Q3",
                        "fosite",
                        "who can write to the database cannot make a token",
                        ValueRules::q3),
                Rule.must(
                        "Q4",
                        "OAuth 2.1 4.1.2; own",
                        "each thing lives as long as the table says",
                        ValueRules::q4),
                new Rule(
                        "Q5",
                        Level.OURS,
                        "hydra #1574",
                        "what has expired is gone within the hour",
                        ValueRules::q5));
    }

    /** A few hundred over HTTP; 100,000 from the product's vault in this process. */
    private static void q1(Installations at) throws Exception {
        Site site = at.plain();
        var access = new ArrayList<String>();
        Granted granted = App.local(site).connect();
        for (int i = 0; i < 300; i++) {
            access.add(granted.access());
            granted = granted.renewed();
        }
        Expect.that(
                granted.access().matches("ptn_at_[A-Za-z0-9_-]{93}"), "an access token's shape");
        Expect.that(granted.refresh().matches("ptn_rt_[A-Za-z0-9_-]{93}"), "a refresh token's");
        Expect.that(granted.code().matches("ptn_ac_[A-Za-z0-9_-]{49}"), "a code's shape");
        Expect.equal("different ones over HTTP", 300, Set.copyOf(access).size());
        Path folder = Files.createTempDirectory("postern-vault-");
        var random = new SecureRandom();
        try (Database database = Database.open(folder.resolve("vault.db"))) {
            MasterKeys keys = MasterKeys.readOrGenerate(folder.resolve("key"), random);
            Vault vault = Vault.open(database, keys, random);
            var minted = new ArrayList<String>(SAMPLES);
            for (int i = 0; i < SAMPLES; i++) {
                minted.add(vault.mintAccess(GRANT).text().useText(text -> text));
            }
            Expect.equal("different ones", SAMPLES, new HashSet<>(minted).size());
            requireEven(minted);
        }
    }

    /** Chi-square of the 64 characters at each of the first 42 places (the 43rd has four bits). */
    private static void requireEven(List<String> minted) {
        int start = "ptn_at_".length() + GRANT.length();
        for (int place = start; place < start + 42; place++) {
            var seen = new HashMap<Character, Integer>();
            for (String token : minted) seen.merge(token.charAt(place), 1, Integer::sum);
            double expected = SAMPLES / 64.0;
            double sum = 0;
            for (int count : seen.values())
                sum += (count - expected) * (count - expected) / expected;
            sum += (64 - seen.size()) * expected;
            // 63 degrees of freedom: above 150 once in some 10^8 tries
            Expect.that(sum < 150, "chi-square at place " + place + ": " + sum);
        }
    }

    private static void q2(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.POST, App.LOOPBACK);
        Granted granted = app.connect();
        Granted renewed = granted.renewed();
        site.mcp("/mcp", renewed.access()).is(400);
        var secrets = new HashMap<String, String>();
        secrets.put("code", granted.code());
        secrets.put("client secret", app.secret());
        secrets.put("verifier", granted.walk().pkce().verifier());
        for (Granted each : List.of(granted, renewed)) {
            secrets.put("access " + each.access().substring(0, 10), each.access());
            secrets.put("refresh " + each.refresh().substring(0, 10), each.refresh());
        }
        secrets.put("form token", granted.walk().form().hidden().value("form_token"));
        String cookie = granted.walk().visitor().setCookies().getFirst();
        secrets.put("cookie", cookie.split("[=;]", 3)[1]);
        for (String issued : site.forge().issuedTokens()) {
            secrets.put("forge " + issued.substring(0, 12), issued);
        }
        // it came to the program by its environment, so only there may it be
        String given = site.forgeApp().clientSecret();
        secrets.values().remove(given);
        Path process = Path.of("/proc", String.valueOf(site.postern().pid()));
        Map<String, String> places =
                Map.of(
                        "log", site.postern().stderr() + site.postern().stdout(),
                        "arguments", Files.readString(process.resolve("cmdline")),
                        "environment", Files.readString(process.resolve("environ")));
        for (Map.Entry<String, String> secret : secrets.entrySet()) {
            Expect.equal(
                    secret.getKey() + " in files",
                    List.of(),
                    Leaks.find(site.data(), secret.getValue()));
            for (Map.Entry<String, String> place : places.entrySet()) {
                boolean found = Leaks.holds(place.getValue(), secret.getValue());
                Expect.that(!found, "no " + secret.getKey() + " in the " + place.getKey());
            }
        }
        Expect.that(!Leaks.holds(places.get("log"), given), "no forge client secret in the log");
        Expect.that(!Leaks.holds(places.get("arguments"), given), "nor in the arguments");
        // the search itself finds what is there
        Expect.that(!Leaks.find(site.data(), app.id()).isEmpty(), "the search finds the client id");
    }

    private static void q3(Installations at) throws Exception {
        Site site = at.plain();
        Granted victim = App.local(site).connect();
        Granted thief = App.local(site).walk().with("scope", "mcp:read").tokens();
        String known = thief.access();
        StoredRows rows = site.rows();
        // the row of the victim's token again, under hashes that can be had without the pepper
        for (String algorithm : List.of("SHA-256", "SHA-1", "SHA-512")) {
            byte[] hash = MessageDigest.getInstance(algorithm).digest(known.getBytes(UTF_8));
            rows.change(
                    "insert into access_token (lookup, grant_id, serial, scope, expires_at, wrap,"
                        + " mac) select ?, t.grant_id, (select max(serial) + 1 from access_token"
                        + " where grant_id = t.grant_id), scope, expires_at, wrap, mac from"
                        + " access_token t where grant_id = (select id from access_grant where"
                        + " client_id = ?) limit 1",
                    hash,
                    victim.app().id());
        }
        thief.app().revoke(thief.refresh()).is(200);
        Expect.that(!site.accepts(known), "a planted hash opens nothing");
        // a known token made to point at the victim's grant
        Granted second = App.local(site).walk().with("scope", "mcp:read").tokens();
        String move =
                "update access_token set grant_id = (select id from access_grant where client_id ="
                        + " ?), serial = serial + 10 where grant_id = (select id from access_grant"
                        + " where client_id = ?)";
        rows.change(move, victim.app().id(), second.app().id());
        Expect.that(!second.works(), "a row that was moved to another grant is refused");
        Granted third = App.local(site).walk().with("scope", "mcp:read").tokens();
        String widen =
                "update access_token set scope = 'mcp:read mcp:write' where grant_id ="
                        + " (select id from access_grant where client_id = ?)";
        rows.change(widen, third.app().id());
        Expect.that(!third.works(), "a row whose scope was widened is refused");
        Granted fourth = App.local(site).connect();
        String prolong = "update access_grant set expires_at = expires_at + 1 where client_id = ?";
        rows.change(prolong, fourth.app().id());
        Expect.that(!fourth.works(), "a grant that was prolonged is refused");
        victim.requireAlive();
    }

    private static void q4(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        long began = System.currentTimeMillis();
        Walk walk = app.walk();
        walk.open();
        String of = " where client_id = ?";
        within(site, began, 600, "select expires_at from authorization_transaction" + of, app);
        String grant = " where grant_id = (select id from access_grant where client_id = ?)";
        String code = walk.code();
        within(site, began, 60, "select expires_at from authorization_code" + grant, app);
        Answer tokens = app.token(app.redemption(code, walk.pkce())).is(200);
        long life = tokens.json().path("expires_in").asLong();
        Expect.that(life >= 1800 && life <= 3600, "30 to 60 minutes: " + life);
        within(site, began, life, "select expires_at from access_token" + grant, app);
        within(site, began, 30 * 86_400, "select expires_at from refresh_token" + grant, app);
        within(site, began, 90 * 86_400, "select expires_at from access_grant" + of, app);
    }

    private static void within(Site site, long began, long seconds, String sql, App app)
            throws Exception {
        long expires = site.rows().number(sql, app.id());
        long now = System.currentTimeMillis();
        long least = began + seconds * 1000 - 1000;
        long most = now + seconds * 1000 + 1000;
        Expect.that(
                expires >= least && expires <= most,
                sql + " ends after " + seconds + " s; seen " + (expires - now) / 1000);
    }

    private static Verdict q5(Installations at) throws Exception {
        Installations.Clocked clock = at.withClock();
        App app = App.local(clock.site());
        for (int i = 0; i < 20; i++) app.connect().renewed();
        app.walk().open();
        StoredRows rows = clock.site().rows();
        Expect.that(rows.count("access_token") >= 40, "tokens before");
        clock.advance(Duration.ofDays(91));
        Expect.soon(
                "everything that expired is gone",
                Duration.ofSeconds(90),
                () ->
                        rows.count("access_token") == 0
                                && rows.count("refresh_token") == 0
                                && rows.count("authorization_code") == 0);
        clock.advance(Duration.ofDays(31));
        Expect.soon(
                "ended grants are forgotten after a month",
                Duration.ofSeconds(90),
                () -> rows.count("access_grant") == 0 && rows.count("grant_end") == 0);
        return Verdict.PASSED;
    }
}
