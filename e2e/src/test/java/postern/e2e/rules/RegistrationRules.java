package postern.e2e.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** B1 to B7 and B12 to B15: what registration takes and answers. */
final class RegistrationRules {
    private static final String URIS = "\"redirect_uris\":[\"https://client.example/cb\"]";
    static final String METADATA = "invalid_client_metadata";

    private RegistrationRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "B1",
                        "RFC 7591 3.2.1",
                        "201 echoes all that is stored and is not cached",
                        RegistrationRules::b1),
                Rule.must(
                        "B2", "RFC 7591 2", "what is left out is filled in", RegistrationRules::b2),
                Rule.must(
                        "B3",
                        "RFC 7591 3.2.1",
                        "a secret comes with its expiry as a number",
                        RegistrationRules::b3),
                Rule.must(
                        "B4",
                        "RFC 7591 2",
                        "a public client has no secret, a confidential one has 256 bits, hashed",
                        RegistrationRules::b4),
                Rule.must(
                        "B5",
                        "RFC 7591 2",
                        "unknown members are neither stored nor echoed nor an error",
                        RegistrationRules::b5),
                Rule.must(
                        "B6",
                        "RFC 7591 2.1",
                        "what is not supported or contradicts itself is refused unstored",
                        RegistrationRules::b6),
                Rule.must("B7", "OAuth 2.1 2.3", "redirect_uris is needed", RegistrationRules::b7),
                Rule.must(
                        "B12",
                        "RFC 8259; own",
                        "what is not one small JSON object is 400 or 413",
                        RegistrationRules::b12),
                Rule.must("B13", "RFC 7591 2", "wrong types are refused", RegistrationRules::b13),
                Rule.must(
                        "B14",
                        "RFC 7591 2.3",
                        "a software statement is never trusted",
                        RegistrationRules::b14),
                Rule.must(
                        "B15",
                        "RFC 7591 5",
                        "links are https, names are short and plain, and never markup",
                        RegistrationRules::b15));
    }

    private static void b1(Installations at) throws Exception {
        Site site = at.plain();
        ObjectNode document = App.document(App.NONE, "https://client.example/cb", App.LOOPBACK);
        document.put("client_uri", "https://client.example/");
        long before = Instant.now().getEpochSecond();
        Answer answer = site.register(document.toString()).is(201).isJson();
        answer.has("Cache-Control", "no-store");
        JsonNode json = answer.json();
        for (String member : List.of("client_name", "redirect_uris", "grant_types", "client_uri")) {
            Expect.equal(member, document.path(member), json.path(member));
        }
        Expect.equal("types", "[\"code\"]", json.path("response_types").toString());
        Expect.that(!json.path("client_id").asText().isEmpty(), "a client_id: " + answer);
        long issued = json.path("client_id_issued_at").asLong();
        Expect.that(issued >= before - 1 && issued <= before + 60, "issued now: " + answer);
        App.of(site, answer, App.LOOPBACK).walk().tokens().requireAlive();
    }

    private static void b2(Installations at) throws Exception {
        JsonNode json = at.plain().register("{" + URIS + "}").is(201).json();
        Expect.equal("grants", "[\"authorization_code\"]", json.path("grant_types").toString());
        Expect.equal("types", "[\"code\"]", json.path("response_types").toString());
        String method = json.path("token_endpoint_auth_method").asText();
        Expect.equal("method", "client_secret_basic", method);
    }

    private static void b3(Installations at) throws Exception {
        for (String method : List.of(App.BASIC, App.POST)) {
            Answer answer = at.plain().register(App.document(method, App.WEB).toString()).is(201);
            Expect.that(answer.json().path("client_secret").isTextual(), "a secret: " + answer);
            JsonNode expiry = answer.json().path("client_secret_expires_at");
            Expect.that(expiry.isIntegralNumber(), "an expiry as a number: " + answer);
        }
    }

    private static void b4(Installations at) throws Exception {
        Site site = at.plain();
        Answer open = site.register(App.document(App.NONE, App.WEB).toString()).is(201);
        Expect.that(!open.json().has("client_secret"), "no secret: " + open);
        Expect.that(!open.json().has("client_secret_expires_at"), "no expiry: " + open);
        for (String method : List.of(App.BASIC, App.POST)) {
            App app = App.registered(site, method, App.WEB);
            Expect.that(app.secret().matches("[A-Za-z0-9_.~-]{43,}"), "256 bits of secret");
            app.refresh("x").refuses(400, "invalid_grant");
            Expect.equal("plain text stored", List.of(), Leaks.find(site.data(), app.secret()));
        }
    }

    private static void b5(Installations at) throws Exception {
        Site site = at.plain();
        ObjectNode document = App.document(App.NONE, App.WEB);
        document.put("application_type", "native").put("nonsense", "canary-b5-value");
        document.putObject("jwks").putArray("keys");
        Answer answer = site.register(document.toString()).is(201);
        for (String member : List.of("nonsense", "jwks")) {
            Expect.that(!answer.json().has(member), "no " + member + ": " + answer);
        }
        Expect.equal("stored", List.of(), Leaks.find(site.data(), "canary-b5-value"));
    }

    private static void b6(Installations at) throws Exception {
        refused(
                at.plain(),
                METADATA,
                "{URIS,\"grant_types\":[\"implicit\"]}",
                "{URIS,\"grant_types\":[\"refresh_token\"]}",
                "{URIS,\"grant_types\":[]}",
                "{URIS,\"response_types\":[\"token\"]}",
                "{URIS,\"response_types\":[]}",
                "{URIS,\"token_endpoint_auth_method\":\"private_key_jwt\"}",
                "{URIS,\"token_endpoint_auth_method\":\"NONE\"}",
                "{URIS,\"token_endpoint_auth_method\":\"\"}");
        // what we do not do is left out, and the answer says so
        String many =
                "{URIS,\"grant_types\":[\"authorization_code\",\"implicit\",\"password\"],"
                        + "\"response_types\":[\"code\",\"token\"]}";
        JsonNode json = at.plain().register(many.replace("URIS", URIS)).is(201).json();
        Expect.equal("grants", "[\"authorization_code\"]", json.path("grant_types").toString());
        Expect.equal("types", "[\"code\"]", json.path("response_types").toString());
    }

    private static void b7(Installations at) throws Exception {
        refused(
                at.plain(),
                "invalid_redirect_uri",
                "{}",
                "{\"redirect_uris\":[]}",
                "{\"redirect_uris\":null}",
                "{\"client_name\":\"x\"}");
    }

    private static void b12(Installations at) throws Exception {
        Site site = at.plain();
        refused(
                site,
                METADATA,
                "nonsense",
                "",
                "1",
                "null",
                "\"text\"",
                "[]",
                "[{URIS}]",
                "{URIS,URIS}",
                "{URIS,\"client_name\":\"a\",\"client_name\":\"b\"}",
                "{URIS} x",
                "{URIS}{URIS}",
                "{URIS,}",
                "{'redirect_uris':[]}",
                "{URIS,\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}",
                "{URIS,\"x\":NaN}");
        site.withoutTrace(() -> {
            String deep = "{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
            site.register(deep).isOneOf(400, 413);
            String large = "{" + URIS + ",\"x\":\"" + "y".repeat(17 * 1024) + "\"}";
            site.register(large).isOneOf(400, 413);
            byte[] bytes =
                    ("{" + URIS + ",\"client_name\":\"?\"}").getBytes(StandardCharsets.UTF_8);
            bytes[bytes.length - 3] = (byte) 0xff;
            String json = "application/json";
            return site.wire().send("POST", "/oauth/register", bytes, "Content-Type", json).is(400);
        });
        site.withoutTrace(() -> {
            Wire wire = site.wire();
            wire.send("POST", "/oauth/register", "{" + URIS + "}").is(400);
            return wire.form("/oauth/register", "{" + URIS + "}").is(400);
        });
    }

    private static void b13(Installations at) throws Exception {
        refused(
                at.plain(),
                METADATA,
                "{\"redirect_uris\":\"https://client.example/cb\"}",
                "{\"redirect_uris\":[1]}",
                "{\"redirect_uris\":[null]}",
                "{\"redirect_uris\":[\"https://client.example/cb\",null]}",
                "{\"redirect_uris\":[[\"https://client.example/cb\"]]}",
                "{\"redirect_uris\":{}}",
                "{URIS,\"client_name\":{}}",
                "{URIS,\"client_name\":1}",
                "{URIS,\"grant_types\":\"authorization_code\"}",
                "{URIS,\"grant_types\":[\"authorization_code\",null]}",
                "{URIS,\"response_types\":[true]}",
                "{URIS,\"token_endpoint_auth_method\":[\"none\"]}",
                "{URIS,\"client_uri\":[]}");
    }

    /** An unsigned statement that claims another name and other addresses. */
    private static void b14(Installations at) throws Exception {
        Site site = at.plain();
        ObjectNode document = App.document(App.NONE, App.WEB);
        // {"alg":"none"} . {"client_name":"Trusted","redirect_uris":["https://evil.example/"]}
        document.put(
                "software_statement",
                "eyJhbGciOiJub25lIn0.eyJjbGllbnRfbmFtZSI6IlRydXN0ZWQiLCJyZWRpcmVjdF91cmlzIjpbImh0"
                        + "dHBzOi8vZXZpbC5leGFtcGxlLyJdfQ.");
        Answer answer = site.register(document.toString());
        if (answer.status() == 400) {
            String error = answer.json().path("error").asText();
            answer.require(error.endsWith("_software_statement"), "the error of RFC 7591");
            return;
        }
        answer.is(201);
        Expect.equal("name", document.path("client_name"), answer.json().path("client_name"));
        Expect.equal("uris", document.path("redirect_uris"), answer.json().path("redirect_uris"));
        Expect.that(!answer.json().has("software_statement"), "not echoed as if it counted");
    }

    private static void b15(Installations at) throws Exception {
        Site site = at.plain();
        for (String member :
                List.of("client_uri", "logo_uri", "tos_uri", "policy_uri", "logo_uri#de")) {
            for (String value :
                    List.of(
                            "javascript:alert(1)",
                            "http://client.example/",
                            "http://127.0.0.1/",
                            "data:text/html,x",
                            "//client.example/",
                            "https://u:p@client.example/",
                            "relative")) {
                refused(site, METADATA, "{URIS,\"" + member + "\":\"" + value + "\"}");
            }
        }
        for (String name :
                List.of(
                        "x".repeat(101),
                        "a\\u202eb",
                        "a\\u2066b",
                        "a\\u0000b",
                        "a\\nb",
                        "a\\u200fb")) {
            refused(site, METADATA, "{URIS,\"client_name\":\"" + name + "\"}");
        }
        ObjectNode document = App.document(App.NONE, App.LOOPBACK);
        String markup = "<script>alert('" + Site.unique("x") + "')</script>\"'&";
        document.put("client_name", markup);
        App app = App.of(site, site.register(document.toString()), App.LOOPBACK);
        Answer page = app.walk().open().is(200);
        page.require(!page.text().contains("<script"), "the name as text only");
        page.require(page.text().contains("&lt;script&gt;"), "the name, escaped");
    }

    /** Each is refused with 400 and this word; nothing is stored. */
    static void refused(Site site, String word, String... documents) throws Exception {
        Map<String, Long> before = site.rows().counts();
        for (String document : documents) {
            String json = document.replace("URIS", URIS);
            try {
                site.register(json).refuses(400, word);
            } catch (AssertionError seen) {
                String shown = json.substring(0, Math.min(200, json.length()));
                throw new AssertionError("body " + shown + ": " + seen.getMessage(), seen);
            }
        }
        Expect.equal("rows", before, site.rows().counts());
    }
}
