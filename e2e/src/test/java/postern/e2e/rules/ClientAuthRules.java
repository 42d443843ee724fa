package postern.e2e.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/** H11 to H19: which client it is that sends a token request. */
final class ClientAuthRules {
    private static final String PATH = TokenRules.PATH;

    private ClientAuthRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "H11",
                        "OAuth 2.1 3.2.4",
                        "unknown and unproved clients get the same 401 with a challenge",
                        ClientAuthRules::h11),
                Rule.must(
                        "H12", "OAuth 2.1 2.4", "one way of proof at a time", ClientAuthRules::h12),
                Rule.must(
                        "H13",
                        "RFC 7617 2; OAuth 2.1 2.4.1",
                        "Basic is read strictly and form-decoded",
                        ClientAuthRules::h13),
                Rule.must(
                        "H14",
                        "OAuth 2.1 2.4",
                        "Basic and client_id name one client",
                        ClientAuthRules::h14),
                Rule.must(
                        "H15",
                        "OAuth 2.1 2.4; workers 0.9.0",
                        "the registered way of proof is the only one",
                        ClientAuthRules::h15),
                Rule.must(
                        "H16",
                        "OAuth 2.1 2.4.1",
                        "guessing a secret ends in 429, for the guesser alone",
                        ClientAuthRules::h16),
                Rule.ours(
                        "H17",
                        "own",
                        "unknown, wrong and foreign look alike and take equally long",
                        ClientAuthRules::h17),
                Rule.ours(
                        "H18",
                        "Fetch",
                        "any page may call, none with the browser's credentials",
                        ClientAuthRules::h18),
                Rule.ours(
                        "H19",
                        "RFC 9112 6.3",
                        "a message with two lengths or odd lines is 400 and the end",
                        ClientAuthRules::h19));
    }

    private static Answer refused(Answer answer) {
        answer.refuses(401, "invalid_client");
        String challenge = answer.header("WWW-Authenticate");
        return answer.require(challenge.startsWith("Basic "), "a Basic challenge");
    }

    private static Answer basic(Site site, Params form, String id, String secret) throws Exception {
        return site.wire().post(PATH, form, "Authorization", App.basic(id, secret));
    }

    private static void h11(Installations at) throws Exception {
        Site site = at.plain();
        App basic = App.registered(site, App.BASIC, App.LOOPBACK);
        App post = App.registered(site, App.POST, App.LOOPBACK);
        Params form = App.renewal("x");
        Params posted = form.with("client_id", post.id());
        Answer first = refused(site.wire().post(PATH, form.with("client_id", "unknown")));
        for (Answer answer :
                List.of(
                        basic(site, form, "unknown", "x"),
                        basic(site, form, basic.id(), "wrong"),
                        basic(site, form, basic.id(), ""),
                        site.wire().post(PATH, posted.with("client_secret", "wrong")),
                        site.wire().post(PATH, form.with("client_id", basic.id())))) {
            refused(answer);
            Expect.equal("text", first.text(), answer.text());
            Expect.equal(
                    "challenge",
                    first.header("WWW-Authenticate"),
                    answer.header("WWW-Authenticate"));
        }
        basic.refresh("x").refuses(400, "invalid_grant");
    }

    private static void h12(Installations at) throws Exception {
        Site site = at.plain();
        App basic = App.registered(site, App.BASIC, App.LOOPBACK);
        Params form = App.renewal(basic.connect().refresh());
        Params both = form.with("client_id", basic.id()).with("client_secret", basic.secret());
        Params assertion =
                form.with("client_assertion", "x")
                        .with(
                                "client_assertion_type",
                                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        for (Params bad : List.of(both, assertion, form.with("client_secret", "x"))) {
            site.withoutTrace(() ->
                    basic(site, bad, basic.id(), basic.secret()).refuses(400, "invalid_request"));
        }
        basic.token(form).is(200);
    }

    private static void h13(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.BASIC, App.LOOPBACK);
        Params form = App.renewal("x");
        String good = App.basic(app.id(), app.secret()).substring("Basic ".length());
        for (String scheme : List.of("Basic", "basic", "BASIC", "bAsIc")) {
            site.wire()
                    .post(PATH, form, "Authorization", scheme + " " + good)
                    .refuses(400, "invalid_grant");
        }
        String encoded = percent(app.id()) + ":" + percent(app.secret());
        site.wire()
                .post(PATH, form, "Authorization", "Basic " + base64(encoded))
                .refuses(400, "invalid_grant");
        String half = good.substring(0, 8);
        for (String bad :
                List.of(
                        "",
                        "x",
                        half + " " + good.substring(8),
                        half + "\t" + good.substring(8),
                        half + "*" + good.substring(8),
                        good + "=",
                        good + "====",
                        good + "AA",
                        good + " ",
                        base64(app.id() + app.secret()),
                        base64(":" + app.secret()),
                        base64("%zz:" + app.secret()),
                        base64(app.id() + ":%00"))) {
            if (bad.equals(good + " ")) continue; // the space is no part of the field's value
            Answer answer = site.wire().post(PATH, form, "Authorization", "Basic " + bad);
            if (bad.isEmpty()) answer.isOneOf(400, 401);
            else refused(answer);
        }
        String unpadded = base64(app.id() + ":" + app.secret() + "x").replace("=", "");
        refused(site.wire().post(PATH, form, "Authorization", "Basic " + unpadded));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /** Every character as %XX: form-encoding may do that. */
    private static String percent(String text) {
        var encoded = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) encoded.append(String.format("%%%02X", b));
        return encoded.toString();
    }

    private static void h14(Installations at) throws Exception {
        Site site = at.plain();
        App one = App.registered(site, App.BASIC, App.LOOPBACK);
        App two = App.registered(site, App.BASIC, App.LOOPBACK);
        Params form = App.renewal(one.connect().refresh());
        for (String other : List.of(two.id(), "unknown")) {
            Params foreign = form.with("client_id", other);
            site.withoutTrace(
                    () -> basic(site, foreign, one.id(), one.secret()).isOneOf(400, 401).isJson());
        }
        basic(site, form.with("client_id", one.id()), one.id(), one.secret()).is(200);
    }

    private static void h15(Installations at) throws Exception {
        Site site = at.plain();
        App open = App.local(site);
        App basic = App.registered(site, App.BASIC, App.LOOPBACK);
        App post = App.registered(site, App.POST, App.LOOPBACK);
        Params ofOpen = App.renewal(open.connect().refresh()).with("client_id", open.id());
        Params ofBasic = App.renewal(basic.connect().refresh()).with("client_id", basic.id());
        Params ofPost = App.renewal(post.connect().refresh()).with("client_id", post.id());
        site.withoutTrace(() -> {
            refused(site.wire().post(PATH, ofOpen.with("client_secret", "x")));
            refused(basic(site, ofOpen, open.id(), "x"));
            refused(site.wire().post(PATH, ofBasic.with("client_secret", basic.secret())));
            refused(site.wire().post(PATH, ofBasic));
            refused(basic(site, ofPost, post.id(), post.secret()));
            return refused(site.wire().post(PATH, ofPost));
        });
        site.wire().post(PATH, ofOpen).is(200);
        basic(site, ofBasic, basic.id(), basic.secret()).is(200);
        site.wire().post(PATH, ofPost.with("client_secret", post.secret())).is(200);
    }

    private static void h16(Installations at) throws Exception {
        Site site = at.rough();
        App app = App.registered(site, App.BASIC, App.LOOPBACK);
        Params form = App.renewal(app.connect().refresh());
        Wire guesser = site.wire();
        Answer last = null;
        for (int i = 0; i < 200 && (last == null || last.status() != 429); i++) {
            last = guesser.post(PATH, form, "Authorization", App.basic(app.id(), "wrong" + i));
            last.isOneOf(401, 429);
        }
        last.is(429).isJson();
        last.require(!last.header("Retry-After").isEmpty(), "Retry-After");
        Expect.equal(
                "even the right secret has to wait there",
                429,
                guesser.post(PATH, form, "Authorization", App.basic(app.id(), app.secret()))
                        .status());
        App other = App.registered(site, App.BASIC, App.LOOPBACK);
        other.refresh("x").refuses(400, "invalid_grant");
        app.token(form).is(200); // from its own address
    }

    private static void h17(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.registered(site, App.BASIC, App.LOOPBACK);
        Granted granted = App.local(site).connect();
        Answer unknown = app.refresh("ptn_rt_unknown");
        Answer foreign = app.refresh(granted.refresh());
        Expect.equal("status", unknown.status(), foreign.status());
        Expect.equal("text", unknown.text(), foreign.text());
        Expect.equal(
                "codes",
                app.token(app.redemption("x", app.walk().pkce())).text(),
                app.token(app.redemption(granted.code(), app.walk().pkce())).text());
        var ofUnknown = new ArrayList<Long>();
        var ofWrong = new ArrayList<Long>();
        Params form = App.renewal("x");
        for (int i = 0; i < 300; i++) {
            ofUnknown.add(nanos(site, form, "x" + app.id().substring(1)));
            ofWrong.add(nanos(site, form, app.id()));
        }
        long one = median(ofUnknown) / 1_000;
        long two = median(ofWrong) / 1_000;
        Expect.that(
                Math.abs(one - two) < 1_000,
                "medians within a millisecond over a socket: " + one + " and " + two + " us");
    }

    private static long nanos(Site site, Params form, String id) throws Exception {
        Wire wire = site.wire();
        long began = System.nanoTime();
        wire.post(PATH, form, "Authorization", App.basic(id, "wrong")).is(401);
        return System.nanoTime() - began;
    }

    private static long median(List<Long> values) {
        Collections.sort(values);
        return values.get(values.size() / 2);
    }

    private static void h18(Installations at) throws Exception {
        Site site = at.plain();
        for (String path : List.of(PATH, "/oauth/revoke", "/oauth/register")) {
            for (String origin : List.of("https://page.example", "null")) {
                Answer preflight =
                        site.wire()
                                .send(
                                        "OPTIONS",
                                        path,
                                        "",
                                        "Origin",
                                        origin,
                                        "Access-Control-Request-Method",
                                        "POST",
                                        "Access-Control-Request-Headers",
                                        "authorization,content-type");
                preflight.is(204).has("Access-Control-Allow-Origin", "*");
                preflight.hasNo("Access-Control-Allow-Credentials");
                List<String> allowed =
                        List.of(preflight.header("Access-Control-Allow-Headers").split(", *"));
                for (String name :
                        List.of("Authorization", "Content-Type", "MCP-Protocol-Version", "DPoP")) {
                    preflight.require(allowed.contains(name), name + " by name");
                }
                preflight.require(
                        preflight.header("Access-Control-Allow-Methods").contains("POST"), "POST");
                Answer answer = site.wire().post(path, Params.of("a", "b"), "Origin", origin);
                answer.has("Access-Control-Allow-Origin", "*");
                answer.hasNo("Access-Control-Allow-Credentials");
            }
        }
    }

    private static void h19(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        String body =
                App.renewal(granted.refresh()).with("client_id", granted.app().id()).encoded();
        Wire wire = site.wire();
        String head =
                "POST "
                        + PATH
                        + " HTTP/1.1\r\nHost: "
                        + wire.host()
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        int length = body.length();
        String chunked = Integer.toHexString(length) + "\r\n" + body + "\r\n0\r\n\r\n";
        for (String message :
                List.of(
                        head
                                + "Content-Length: "
                                + length
                                + "\r\nContent-Length: "
                                + (length - 1)
                                + "\r\n\r\n"
                                + body,
                        head
                                + "Content-Length: "
                                + length
                                + "\r\nContent-Length: "
                                + length
                                + "\r\n\r\n"
                                + body,
                        head + "Content-Length: " + length + ", " + length + "\r\n\r\n" + body,
                        head + "Content-Length: +" + length + "\r\n\r\n" + body,
                        head
                                + "Content-Length: "
                                + length
                                + "\r\nTransfer-Encoding: chunked"
                                + "\r\n\r\n"
                                + chunked,
                        head
                                + "Transfer-Encoding: chunked\r\nContent-Length: "
                                + length
                                + "\r\n\r\n"
                                + chunked,
                        head + "Transfer-Encoding: xchunked\r\n\r\n" + chunked,
                        head + "Content-Length: " + length + "\r\n 0\r\n\r\n" + body,
                        head + "Transfer-Encoding: chunked\r\n x\r\n\r\n" + chunked,
                        head + "X-Space : a\r\nContent-Length: " + length + "\r\n\r\n" + body,
                        (head + "Content-Length: " + length + "\r\n\r\n").replace("\r\n", "\n")
                                + body)) {
            site.withoutTrace(() -> {
                try {
                    return wire.raw(message).isOneOf(400, 501);
                } catch (AssertionError seen) {
                    String shown =
                            message.replace(body, "…").replace("\r", "\\r").replace("\n", "\\n");
                    throw new AssertionError(shown + ": " + seen.getMessage(), seen);
                }
            });
        }
        granted.renew().is(200);
    }
}
