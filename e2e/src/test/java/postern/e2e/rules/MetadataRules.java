package postern.e2e.rules;

import com.fasterxml.jackson.databind.JsonNode;

import postern.testkit.program.PosternProcess;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A1 to A8: what the metadata of the authorization server says. */
final class MetadataRules {
    static final String PATH = "/.well-known/oauth-authorization-server";

    private MetadataRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must("A1", "RFC 8414 3.2", "metadata is one JSON object", MetadataRules::a1),
                new Rule(
                        "A2",
                        Level.MUST,
                        "RFC 8414 3.1",
                        "an issuer's path goes behind the well-known part",
                        MetadataRules::a2),
                Rule.must(
                        "A3",
                        "RFC 8414 2, 3.3",
                        "the issuer is the configured one, byte by byte",
                        MetadataRules::a3),
                Rule.must("A4", "MCP", "only code and only S256 are named", MetadataRules::a4),
                Rule.must(
                        "A5",
                        "RFC 8414 2",
                        "nothing is left to defaults that claim too much",
                        MetadataRules::a5),
                Rule.must(
                        "A6",
                        "RFC 8414 3.2",
                        "what is named works, what is not named is refused, no array is empty",
                        MetadataRules::a6),
                Rule.must(
                        "A7",
                        "RFC 9207 3",
                        "iss is promised, and is in every answer to a client",
                        MetadataRules::a7),
                Rule.should(
                        "A8",
                        "CIMD 5",
                        "client documents and registration are named exactly where they are on",
                        MetadataRules::a8));
    }

    static JsonNode metadata(Site site) throws Exception {
        return site.wire().get(PATH).is(200).json();
    }

    private static void a1(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) site.wire().get(PATH).is(200).isJson();
    }

    /** Nobody can configure such an issuer; should that change, this rule has to be proved. */
    private static Verdict a2(Installations at) throws Exception {
        at.plain().wire().get(PATH + "/p").is(404);
        String url = "http://127.0.0.1:" + Site.freePort() + "/p";
        var settings =
                PosternProcess.Settings.standard()
                        .withArguments("serve")
                        .withEnvironment(Map.of("POSTERN_PUBLIC_URL", url));
        try (PosternProcess refused = PosternProcess.launch(settings)) {
            var status = refused.awaitExit(Duration.ofSeconds(30));
            Expect.that(
                    status.isPresent()
                            && status.getAsInt() != 0
                            && refused.stderr().contains("POSTERN_PUBLIC_URL"),
                    "an issuer with a path is refused at the start by name: " + refused.stderr());
        }
        return new Verdict.NotApplicable("the public URL has no path: the start refuses one");
    }

    private static void a3(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) {
            Expect.equal("issuer", site.issuer(), metadata(site).path("issuer").asText());
        }
        URI issuer = URI.create(metadata(at.https()).path("issuer").asText());
        Expect.equal("scheme", "https", issuer.getScheme());
        Expect.equal("path", "", issuer.getRawPath());
    }

    private static void a4(Installations at) throws Exception {
        JsonNode json = metadata(at.plain());
        Expect.equal("types", "[\"code\"]", json.path("response_types_supported").toString());
        Expect.equal(
                "methods", "[\"S256\"]", json.path("code_challenge_methods_supported").toString());
    }

    private static void a5(Installations at) throws Exception {
        JsonNode json = metadata(at.plain());
        Expect.equal("modes", "[\"query\"]", json.path("response_modes_supported").toString());
        String grants = json.path("grant_types_supported").toString();
        Expect.equal("grants", "[\"authorization_code\",\"refresh_token\"]", grants);
        JsonNode methods = json.path("token_endpoint_auth_methods_supported");
        Expect.that(methods.isArray() && !methods.isEmpty(), "auth methods are named: " + json);
    }

    private static void a6(Installations at) throws Exception {
        Site site = at.plain();
        JsonNode json = metadata(site);
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            Expect.that(!value.isArray() || !value.isEmpty(), name + " is not an empty array");
            if (name.endsWith("_endpoint")) {
                String endpoint = value.asText();
                Expect.that(endpoint.startsWith(site.issuer() + "/"), name + " on our origin");
                String path = endpoint.substring(site.issuer().length());
                boolean page = name.equals("authorization_endpoint");
                site.wire().send(page ? "GET" : "POST", path, "").isOneOf(400, 401);
            }
        }
        methodsWorkAsNamed(site, json);
        for (String name : List.of("password", "client_credentials", "implicit")) {
            App app = App.local(site);
            app.token(Params.of("grant_type", name)).refuses(400, "unsupported_grant_type");
        }
        notNamedIsNotThere(site, json);
    }

    private static void methodsWorkAsNamed(Site site, JsonNode json) throws Exception {
        List<String> named =
                json.path("token_endpoint_auth_methods_supported")
                        .valueStream()
                        .map(JsonNode::asText)
                        .toList();
        for (String method :
                List.of("none", App.POST, App.BASIC, "private_key_jwt", "client_secret_jwt")) {
            Answer answer = site.register(App.document(method, App.LOOPBACK).toString());
            if (named.contains(method)) {
                App app = App.of(site, answer, App.LOOPBACK);
                Expect.equal("method", method, app.method());
                app.refresh("x").refuses(400, "invalid_grant");
            } else {
                answer.refuses(400, "invalid_client_metadata");
            }
        }
    }

    private static void notNamedIsNotThere(Site site, JsonNode json) throws Exception {
        for (Map.Entry<String, String> endpoint :
                Map.of(
                                "introspection_endpoint", "/oauth/introspect",
                                "pushed_authorization_request_endpoint", "/oauth/par",
                                "device_authorization_endpoint", "/oauth/device",
                                "userinfo_endpoint", "/oauth/userinfo",
                                "jwks_uri", "/oauth/jwks")
                        .entrySet()) {
            if (json.has(endpoint.getKey())) continue;
            site.wire().post(endpoint.getValue(), Params.of("a", "b")).is(404);
        }
    }

    private static void a7(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) {
            JsonNode flag = metadata(site).path("authorization_response_iss_parameter_supported");
            Expect.equal("iss flag", "true", flag.toString());
            App app = App.local(site);
            Params success = app.walk().finish().location();
            Expect.equal("iss beside a code", site.issuer(), success.value("iss"));
            Params denied = app.walk().deny().location();
            Expect.equal("iss beside access_denied", site.issuer(), denied.value("iss"));
            Params refused = app.walk().with("scope", "nonsense").open().location();
            Expect.equal("iss beside invalid_scope", site.issuer(), refused.value("iss"));
        }
    }

    private static void a8(Installations at) throws Exception {
        Site open = at.plain();
        JsonNode json = metadata(open);
        Expect.that(json.has("registration_endpoint"), "registration is named while it is on");
        Site off =
                at.with(
                        "all off",
                        Map.of(
                                "POSTERN_CLIENT_DOCUMENTS", "off",
                                "POSTERN_REGISTRATION", "off"));
        JsonNode none = metadata(off);
        Expect.that(!none.has("registration_endpoint"), "registration is not named while off");
        off.register(App.document(App.NONE, App.LOOPBACK).toString()).isOneOf(403, 404);
        Expect.that(
                !none.path("client_id_metadata_document_supported").asBoolean(),
                "client documents are not named while off");
        JsonNode documents = metadata(DocumentRules.site(at));
        Expect.that(
                documents.path("client_id_metadata_document_supported").asBoolean(),
                "client documents are named while on");
    }
}
