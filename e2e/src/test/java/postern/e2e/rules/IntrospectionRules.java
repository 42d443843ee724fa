package postern.e2e.rules;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Map;

/** L1 to L6: introspection, for our own resource servers. */
final class IntrospectionRules {
    private static final String ID = "rules-resource-server";
    private static final String SECRET = "secret-of-the-rules-resource-server-0123456789";

    private IntrospectionRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "L1",
                        "RFC 7662 2.1",
                        "only a resource server with its secret may ask",
                        IntrospectionRules::l1),
                Rule.must(
                        "L2",
                        "RFC 7662 2.2",
                        "whatever is not a live token for it is {\"active\":false}",
                        IntrospectionRules::l2),
                Rule.must(
                        "L3",
                        "RFC 7662 2.2",
                        "a live token comes with all members well typed",
                        IntrospectionRules::l3),
                Rule.must(
                        "L4",
                        "RFC 7662 2.1",
                        "POST only, uncached, no CORS",
                        IntrospectionRules::l4),
                Rule.should(
                        "L5",
                        "RFC 9701 4",
                        "who asks for a JWT gets plain JSON",
                        IntrospectionRules::l5),
                Rule.ours(
                        "L6", "own", "guesses never hit and are limited", IntrospectionRules::l6));
    }

    /** With a resource server that may ask about tokens of the default endpoint. */
    private static Site site(Installations at) throws Exception {
        String file =
                """
                {"resource_servers": [{"id": "%s", "secret": "%s", "resource": "%s/mcp"}]}
                """
                        .formatted(ID, SECRET, Site.ISSUER);
        return at.with("resource server", Map.of("POSTERN_CLIENTS_FILE", Site.CONTENT + file));
    }

    private static String path(Site site) throws Exception {
        String endpoint = MetadataRules.metadata(site).path("introspection_endpoint").asText();
        Expect.that(endpoint.startsWith(site.issuer() + "/"), "an introspection_endpoint is named");
        return endpoint.substring(site.issuer().length());
    }

    private static Answer ask(Site site, String token, String... more) throws Exception {
        String[] headers = java.util.Arrays.copyOf(more, more.length + 2);
        headers[more.length] = "Authorization";
        headers[more.length + 1] = App.basic(ID, SECRET);
        return site.wire().post(path(site), Params.of("token", token), headers);
    }

    private static void l1(Installations at) throws Exception {
        Site site = site(at);
        Granted granted = App.local(site).connect();
        App basic = App.registered(site, App.BASIC, App.LOOPBACK);
        Params form = Params.of("token", granted.access());
        Wire wire = site.wire();
        String path = path(site);
        for (Answer answer :
                List.of(
                        wire.post(path, form),
                        wire.post(path, form.with("client_id", granted.app().id())),
                        wire.post(path, form, "Authorization", App.basic(ID, "wrong")),
                        wire.post(path, form, "Authorization", "Bearer " + granted.access()),
                        wire.post(
                                path,
                                form,
                                "Authorization",
                                App.basic(basic.id(), basic.secret())))) {
            answer.is(401);
            answer.require(!answer.header("WWW-Authenticate").isEmpty(), "a challenge");
            answer.require(!answer.text().contains("active"), "nothing about the token");
        }
        Expect.that(
                ask(site, granted.access()).is(200).json().path("active").asBoolean(), "active");
    }

    private static void l2(Installations at) throws Exception {
        Site site = site(at);
        Granted ended = App.local(site).connect();
        ended.app().revoke(ended.refresh()).is(200);
        Granted live = App.local(site).connect();
        for (String token :
                List.of(
                        "x",
                        ended.access(),
                        ended.refresh(),
                        live.access() + "x",
                        live.code(),
                        "ptn_at_" + "x".repeat(93))) {
            Answer answer = ask(site, token).is(200).isJson();
            Expect.equal("body", "{\"active\":false}", answer.json().toString());
        }
    }

    private static void l3(Installations at) throws Exception {
        Site site = site(at);
        Granted granted = App.local(site).connect();
        JsonNode json = ask(site, granted.access()).is(200).isJson().json();
        Expect.that(json.path("active").isBoolean() && json.path("active").asBoolean(), "active");
        Expect.equal("scope", "mcp:read mcp:write", json.path("scope").asText());
        Expect.equal("client_id", granted.app().id(), json.path("client_id").asText());
        Expect.equal("iss", site.issuer(), json.path("iss").asText());
        Expect.equal("aud", site.resource(), json.path("aud").asText());
        Expect.equal("token_type", "Bearer", json.path("token_type").asText());
        Expect.that(!json.path("sub").asText().isEmpty(), "sub");
        long life = json.path("exp").asLong() - json.path("iat").asLong();
        Expect.that(life > 0 && life <= 3600, "iat and exp in seconds: " + json);
    }

    private static void l4(Installations at) throws Exception {
        Site site = site(at);
        String path = path(site);
        Answer get = site.wire().get(path + "?token=x", "Authorization", App.basic(ID, SECRET));
        get.is(405).require(get.header("Allow").contains("POST"), "Allow with POST");
        Answer post = ask(site, "x", "Origin", "https://page.example").is(200);
        post.has("Cache-Control", "no-store").hasNo("Access-Control-Allow-Origin");
    }

    private static void l5(Installations at) throws Exception {
        Answer answer = ask(site(at), "x", "Accept", "application/token-introspection+jwt").is(200);
        answer.isJson();
        Expect.equal("body", "{\"active\":false}", answer.json().toString());
    }

    private static void l6(Installations at) throws Exception {
        Site site = site(at);
        String path = path(site);
        Wire guesser = site.wire();
        boolean limited = false;
        for (int i = 0; i < 300 && !limited; i++) {
            Answer answer =
                    guesser.post(
                            path,
                            Params.of("token", "x"),
                            "Authorization",
                            App.basic(ID, "no" + i));
            answer.isOneOf(401, 429);
            limited = answer.status() == 429;
        }
        Expect.that(limited, "wrong secrets are limited");
        for (int i = 0; i < 1000; i++) {
            Answer answer = ask(site, "ptn_at_" + "x".repeat(93 - 4) + String.format("%04d", i));
            Expect.equal("body", "{\"active\":false}", answer.json().toString());
        }
    }
}
