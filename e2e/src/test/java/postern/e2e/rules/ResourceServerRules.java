package postern.e2e.rules;

import java.util.List;

/** M1 to M6 and M10 to M14: the door of the MCP endpoints. */
final class ResourceServerRules {
    private static final String METADATA = "/.well-known/oauth-protected-resource";

    private ResourceServerRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "M1",
                        "RFC 6750 3.1; RFC 9728 5.1",
                        "without a token: 401 with the way to one and no error",
                        ResourceServerRules::m1),
                Rule.must(
                        "M2",
                        "RFC 6750 3.1",
                        "with a token that is none: 401 invalid_token",
                        ResourceServerRules::m2),
                Rule.must(
                        "M4",
                        "OAuth 2.1 5.1",
                        "a token in the query is none; in body and header it is 400",
                        ResourceServerRules::m4),
                Rule.must(
                        "M5",
                        "RFC 9110 11.1; RFC 6750 2.1",
                        "the scheme in any case; two fields, lists and junk are refused",
                        ResourceServerRules::m5),
                Rule.must(
                        "M6",
                        "RFC 8707; MCP",
                        "a token opens the server that it was made for",
                        ResourceServerRules::m6),
                Rule.must(
                        "M10",
                        "CVE-2025-66414",
                        "foreign origins are 403, foreign hosts 421",
                        ResourceServerRules::m10),
                Rule.ours(
                        "M11",
                        "CVE-2026-0976",
                        "no spelling of a path gets around the check",
                        ResourceServerRules::m11),
                Rule.ours(
                        "M12",
                        "CVE-2026-40575, CVE-2025-64484",
                        "no header opens the door, and proxies are believed only if configured",
                        ResourceServerRules::m12),
                Rule.ours(
                        "M13",
                        "Fetch; MCP",
                        "pages may send and read the headers of MCP",
                        ResourceServerRules::m13),
                Rule.ours(
                        "M14",
                        "own",
                        "an access token lives an hour at most and ends at once",
                        ResourceServerRules::m14));
    }

    private static void challenged(Site site, Answer answer, String path) {
        answer.is(401);
        String challenge = answer.header("WWW-Authenticate");
        String pointer = "resource_metadata=\"" + site.issuer() + METADATA + path + "\"";
        answer.require(challenge.startsWith("Bearer ") && challenge.contains(pointer), pointer);
        answer.require(!challenge.contains("error"), "no error");
    }

    private static void m1(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) {
            challenged(site, site.ping("/mcp"), "/mcp");
            challenged(site, site.ping("/mcp/other"), "/mcp/other");
            for (String method : List.of("GET", "DELETE", "PUT")) {
                challenged(site, site.wire().send(method, "/mcp", ""), "/mcp");
            }
            String basic = App.basic("a", "b");
            for (String other : List.of(basic, "Digest x", "token x", "DPoP x", "Bearerx y")) {
                challenged(site, site.ping("/mcp", "Authorization", other), "/mcp");
            }
            challenged(site, site.wire().send("POST", "/mcp", "not even JSON"), "/mcp");
        }
    }

    private static void invalid(Answer answer) {
        answer.is(401);
        String challenge = answer.header("WWW-Authenticate");
        answer.require(challenge.contains("error=\"invalid_token\""), "invalid_token");
        answer.require(challenge.contains("resource_metadata="), "resource_metadata");
    }

    private static void m2(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        String token = granted.access();
        for (String bad :
                List.of(
                        "x",
                        token + "x",
                        token.substring(1),
                        token.substring(0, token.length() - 1) + "!",
                        token.toLowerCase(java.util.Locale.ROOT),
                        granted.refresh(),
                        granted.code(),
                        "ey.ey.ey")) {
            invalid(site.mcp("/mcp", bad));
        }
        granted.requireAlive();
        granted.app().revoke(token).is(200);
        invalid(site.mcp("/mcp", token));
    }

    private static void m4(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        String token = granted.access();
        for (String name : List.of("access_token", "token", "authorization")) {
            challenged(site, site.ping("/mcp?" + name + "=" + token), "/mcp");
        }
        site.wire()
                .post(
                        "/mcp",
                        Params.of("access_token", token),
                        "Authorization",
                        "Bearer " + token,
                        "Accept",
                        "application/json, text/event-stream")
                .isOneOf(400, 415);
        challenged(site, site.wire().post("/mcp", Params.of("access_token", token)), "/mcp");
    }

    private static void m5(Installations at) throws Exception {
        Site site = at.plain();
        String token = App.local(site).connect().access();
        for (String scheme : List.of("Bearer", "bearer", "BEARER", "bEaReR")) {
            site.ping("/mcp", "Authorization", scheme + " " + token).is(400);
        }
        for (String bad :
                List.of(
                        "Bearer " + token + ", Bearer " + token,
                        "Bearer " + token + ",x",
                        "Bearer\t" + token,
                        "Bearer  " + token + " x",
                        "Bearer " + token + " trailing",
                        "Bearer " + token + ";x",
                        "Bearer \"" + token + "\"",
                        "Bearer " + token + "\u0000",
                        "Bearer")) {
            refused(site, "Authorization", bad);
        }
        refused(site, "Authorization", "Bearer " + token, "Authorization", "Bearer " + token);
        refused(site, "Authorization", "Basic eDp5", "Authorization", "Bearer " + token);
    }

    /** A message that came through the door would say that there is no session. */
    private static void refused(Site site, String... headers) throws Exception {
        Answer answer = site.ping("/mcp", headers).isOneOf(400, 401);
        answer.require(!answer.text().contains("session"), "stopped at the door");
    }

    private static void m6(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        String first = app.connect().access();
        String other = app.walk().with("resource", site.otherResource()).tokens().access();
        site.mcp("/mcp", first).is(400);
        site.mcp("/mcp/other", other).is(400);
        invalid(site.mcp("/mcp/other", first));
        invalid(site.mcp("/mcp", other));
        invalid(site.mcp("/mcp/fixture", first)); // its own resource, though the same server
        for (String path : List.of("/mcp2", "/MCP", "/mcp/OTHER", "/mcp/other/")) {
            Answer answer = site.mcp(path, other);
            answer.isOneOf(401, 404);
        }
        // "/mcp/" is the one spelling that is taken for "/mcp": documented at Endpoints
        site.mcp("/mcp/", first).isOneOf(400, 401);
        invalid(site.mcp("/mcp/", other));
    }

    private static void m10(Installations at) throws Exception {
        Site site = at.https();
        String token = App.local(site).connect().access();
        String bearer = "Bearer " + token;
        for (String origin :
                List.of(
                        "https://evil.example",
                        "null",
                        "http://postern.example",
                        "https://postern.example.evil.example",
                        "https://postern.example:8443")) {
            site.ping("/mcp", "Authorization", bearer, "Origin", origin).is(403);
        }
        site.ping("/mcp", "Authorization", bearer, "Origin", site.issuer()).is(400);
        for (String host :
                List.of("evil.example", "postern.example.evil.example", "127.0.0.1", "")) {
            site.ping("/mcp", "Authorization", bearer, "Host", host).isOneOf(400, 403, 421);
        }
        for (String path : List.of("/oauth/token", MetadataRules.PATH, "/healthz")) {
            site.wire().get(path, "Host", "evil.example").isOneOf(400, 403, 421);
        }
    }

    private static void m11(Installations at) throws Exception {
        Site site = at.plain();
        String token = App.local(site).connect().access();
        for (String path :
                List.of(
                        "/mcp;x=y",
                        "//mcp",
                        "/./mcp",
                        "/x/../mcp",
                        "/%6dcp",
                        "/mcp%2Fother",
                        "/mcp%2e",
                        "/mcp#x",
                        "/mcp\\other",
                        "/mcp/..%2fmcp",
                        "/mcp/other;x",
                        "/mcp/%6fther",
                        "/mcp//other",
                        "/mcp/./other",
                        "/mcp/../mcp/other")) {
            Answer without = site.ping(path);
            without.isOneOf(400, 401, 404);
            without.require(!without.text().contains("session"), "stopped at the door");
            // with a token for /mcp nothing of the other server opens
            Answer with = site.mcp(path, token);
            with.isOneOf(400, 401, 404);
            with.require(!with.text().contains("session"), "no way in by another spelling");
        }
    }

    private static void m12(Installations at) throws Exception {
        Site site = at.plain();
        for (List<String> header :
                List.of(
                        List.of("User-Agent", "kube-probe/1.30"),
                        List.of("User-Agent", "GoogleHC/1.0"),
                        List.of("X-Forwarded-User", "admin"),
                        List.of("X_Forwarded_User", "admin"),
                        List.of("X-Remote-User", "admin"),
                        List.of("Remote-User", "admin"),
                        List.of("X-WebAuth-User", "admin"),
                        List.of("X-Original-URL", "/healthz"),
                        List.of("X-Forwarded-Uri", "/healthz"),
                        List.of("X-HTTP-Method-Override", "OPTIONS"),
                        List.of("X-Forwarded-Access-Token", "x"))) {
            challenged(site, site.ping("/mcp", header.get(0), header.get(1)), "/mcp");
        }
        // nobody is configured as a proxy there: one caller cannot pretend to be many
        Site bare = at.bare();
        int refused = 0;
        for (int i = 0; i < 14; i++) {
            Wire pretender = bare.wire();
            String document = App.document(App.NONE, App.WEB).toString();
            Answer answer =
                    pretender.json("/oauth/register", document, "Forwarded", "for=203.0.113." + i);
            if (answer.isOneOf(201, 429).status() == 429) refused++;
        }
        Expect.that(refused >= 2, "14 registrations of one address are limited: " + refused);
    }

    private static void m13(Installations at) throws Exception {
        Site site = at.plain();
        for (String path : List.of("/mcp", "/mcp/other")) {
            Answer preflight =
                    site.wire()
                            .send(
                                    "OPTIONS",
                                    path,
                                    "",
                                    "Origin",
                                    "https://page.example",
                                    "Access-Control-Request-Method",
                                    "POST");
            preflight.is(204).hasNo("Access-Control-Allow-Credentials");
            List<String> allowed =
                    List.of(preflight.header("Access-Control-Allow-Headers").split(", *"));
            for (String name :
                    List.of(
                            "Authorization",
                            "Content-Type",
                            "MCP-Protocol-Version",
                            "Mcp-Session-Id",
                            "Mcp-Method",
                            "Mcp-Name",
                            "Last-Event-ID")) {
                preflight.require(allowed.contains(name), name + " by name");
            }
            Answer answer = site.ping(path);
            List<String> exposed =
                    List.of(answer.header("Access-Control-Expose-Headers").split(", *"));
            for (String name : List.of("WWW-Authenticate", "Mcp-Session-Id")) {
                answer.require(exposed.contains(name), name + " readable");
            }
        }
    }

    private static void m14(Installations at) throws Exception {
        Granted granted = App.local(at.plain()).connect();
        long life = granted.answer().json().path("expires_in").asLong();
        Expect.that(life > 300 && life <= 3600, "more than five minutes, an hour at most: " + life);
        for (int i = 0; i < 20; i++) granted.requireAlive(); // whatever caches is warm now
        granted.app().revoke(granted.refresh()).is(200);
        Expect.soon("the token is dead", java.time.Duration.ofSeconds(1), () -> !granted.works());
        granted.requireDead();
    }
}
