package postern.e2e.rules;

import java.util.List;
import java.util.function.UnaryOperator;

/** D6 to D18: what an authorization request must say. */
final class RequestRules {
    private RequestRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "D6",
                        "OAuth 2.1 4.1.1",
                        "response_type is code and nothing else",
                        RequestRules::d6),
                Rule.must(
                        "D7",
                        "OAuth 2.1 4.1.2.1; MCP",
                        "no request without PKCE",
                        RequestRules::d7),
                Rule.must("D8", "RFC 7636 4.4.1", "the method is S256", RequestRules::d8),
                Rule.must("D9", "RFC 7636 4.2", "a challenge has 43 characters", RequestRules::d9),
                Rule.must(
                        "D10",
                        "OAuth 2.1 3.1; RFC 8707 2",
                        "no parameter twice but resource; a repeated state is not echoed",
                        RequestRules::d10),
                Rule.must(
                        "D11",
                        "OAuth 2.1 3.1",
                        "unknown parameters are ignored",
                        RequestRules::d11),
                Rule.must("D12", "OAuth 2.1 3.1", "an empty value is none", RequestRules::d12),
                Rule.must("D13", "OAuth 2.1 4.1.2", "state comes back exactly", RequestRules::d13),
                Rule.must(
                        "D14",
                        "RFC 6749 3.3",
                        "scopes are known ones in any order; none means the default",
                        RequestRules::d14),
                Rule.must(
                        "D15",
                        "RFC 8707 2; MCP",
                        "resource is one of ours, and the token is for it",
                        RequestRules::d15),
                Rule.must(
                        "D16",
                        "OpenID Core 3.1.2.6",
                        "request objects are refused and never fetched",
                        RequestRules::d16),
                Rule.must(
                        "D17",
                        "OAuth 2.1 4.1.2",
                        "answers go by query only, tokens never by redirect",
                        RequestRules::d17),
                Rule.must(
                        "D18",
                        "RFC 9700 4.11.2",
                        "before consent only trusted addresses get errors by redirect",
                        RequestRules::d18));
    }

    /**
     * A program on this computer gets the error with state and iss, a web page's visitor our page;
     * neither leaves a trace.
     */
    private static void refused(Site site, String word, UnaryOperator<Params> change)
            throws Exception {
        App local = App.local(site);
        Params request = change.apply(local.walk().request());
        Answer answer = site.withoutTrace(() -> local.authorize(request));
        Params back = answer.location();
        String location = answer.header("Location");
        answer.require(location.startsWith(local.redirectUri() + "?"), "back to the client");
        answer.require(back.all("error").equals(List.of(word)), "error " + word);
        answer.require(back.all("iss").equals(List.of(site.issuer())), "iss");
        List<String> state = request.all("state").size() == 1 ? request.all("state") : List.of();
        boolean cut = state.stream().anyMatch(text -> text.length() > 2048);
        answer.require(cut || back.all("state").equals(state), "state " + state);
        answer.require(back.all("code").isEmpty(), "no code");
        App web = App.web(site);
        Params foreign = change.apply(web.walk().request());
        site.withoutTrace(() -> web.authorize(foreign)).isPage();
    }

    private static void accepted(Site site, UnaryOperator<Params> change) throws Exception {
        App local = App.local(site);
        local.authorize(change.apply(local.walk().request())).is(200);
    }

    private static void d6(Installations at) throws Exception {
        Site site = at.plain();
        refused(site, "invalid_request", r -> r.without("response_type"));
        for (String type :
                List.of("token", "code token", "CODE", "id_token", "code id_token", "none")) {
            refused(site, "unsupported_response_type", r -> r.with("response_type", type));
        }
    }

    private static void d7(Installations at) throws Exception {
        Site site = at.plain();
        refused(site, "invalid_request", r -> r.without("code_challenge"));
        refused(
                site,
                "invalid_request",
                r -> r.without("code_challenge").without("code_challenge_method"));
        App secret = App.registered(site, App.BASIC, App.LOOPBACK);
        Params request = secret.walk().request().without("code_challenge");
        Params back = site.withoutTrace(() -> secret.authorize(request)).location();
        Expect.equal("for a client with a secret, too", "invalid_request", back.value("error"));
    }

    private static void d8(Installations at) throws Exception {
        Site site = at.plain();
        refused(site, "invalid_request", r -> r.without("code_challenge_method"));
        for (String method : List.of("plain", "s256", "S512", "S256 ", "none")) {
            refused(site, "invalid_request", r -> r.with("code_challenge_method", method));
        }
    }

    private static void d9(Installations at) throws Exception {
        Site site = at.plain();
        for (String challenge :
                List.of(
                        "x",
                        "x".repeat(42),
                        "x".repeat(44),
                        "x".repeat(128),
                        "x".repeat(42) + "=",
                        "x".repeat(42) + "+",
                        "x".repeat(42) + "/",
                        "x".repeat(42) + "\u00e4")) {
            refused(site, "invalid_request", r -> r.with("code_challenge", challenge));
        }
    }

    private static void d10(Installations at) throws Exception {
        Site site = at.plain();
        for (String name :
                List.of(
                        "response_type",
                        "state",
                        "scope",
                        "code_challenge",
                        "code_challenge_method")) {
            refused(
                    site,
                    "invalid_request",
                    r ->
                            r.with(name, r.all(name).stream().findFirst().orElse("mcp:read"))
                                    .and(
                                            name,
                                            r.all(name).stream().findFirst().orElse("mcp:read")));
        }
        refused(site, "invalid_request", r -> r.and("state", "").with("scope", "mcp:read"));
        accepted(site, r -> r.and("resource", site.resource()).and("resource", site.resource()));
    }

    private static void d11(Installations at) throws Exception {
        Site site = at.plain();
        accepted(site, r -> r.and("nonsense", "1").and("nonsense", "2").and("x y", "&=%"));
        accepted(site, r -> r.and("audience", "https://evil.example/").and("dpop_jkt", "x"));
    }

    private static void d12(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Params back = app.walk().with("state", "").finish().location();
        Expect.equal("state", List.of(), back.all("state"));
        for (String name :
                List.of("scope", "resource", "response_mode", "request", "request_uri")) {
            accepted(site, r -> r.with(name, ""));
        }
        refused(site, "invalid_request", r -> r.with("code_challenge", ""));
        refused(site, "invalid_request", r -> r.with("response_type", ""));
    }

    private static void d13(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        for (String state :
                List.of(
                        "x",
                        " ",
                        "a%20b%",
                        "a+b&c=d",
                        "\"'<>`;,",
                        "\ud83e\udd80 \u00e4 \u4e2d",
                        "x".repeat(2048))) {
            Params back = app.walk().with("state", state).finish().location();
            Expect.equal("state", state, back.value("state"));
        }
        Params none = app.walk().without("state").finish().location();
        Expect.equal("state", List.of(), none.all("state"));
        refused(site, "invalid_request", r -> r.with("state", "x".repeat(2049)));
        Params over = app.walk().with("state", "x".repeat(2049)).open().location();
        boolean cut = over.all("state").stream().anyMatch(text -> text.length() < 2049);
        Expect.that(!cut, "a state over the limit is never cut");
    }

    private static void d14(Installations at) throws Exception {
        Site site = at.plain();
        for (String scope :
                List.of(
                        "nonsense",
                        "mcp:read nonsense",
                        "MCP:READ",
                        "mcp:read\"",
                        "mcp:\u00e4",
                        "*")) {
            refused(site, "invalid_scope", r -> r.with("scope", scope));
        }
        App app = App.local(site);
        Granted swapped = app.walk().with("scope", "mcp:write mcp:read").tokens();
        Expect.equal("scope", "mcp:read mcp:write", scope(swapped));
        Granted none = app.walk().tokens();
        Expect.equal("default", "mcp:read mcp:write", scope(none));
        Granted read = app.walk().with("scope", "mcp:read").tokens();
        Expect.equal("scope", "mcp:read", scope(read));
    }

    static String scope(Granted granted) {
        return granted.answer().json().path("scope").asText();
    }

    private static void d15(Installations at) throws Exception {
        Site site = at.plain();
        for (String resource :
                List.of(
                        "/mcp",
                        "mcp",
                        site.resource() + "#x",
                        site.resource() + "/unknown",
                        site.resource() + "2",
                        site.resource() + "?x",
                        site.issuer(),
                        "https://evil.example/mcp")) {
            refused(site, "invalid_target", r -> r.with("resource", resource));
        }
        refused(
                site,
                "invalid_target",
                r -> r.with("resource", site.resource()).and("resource", site.otherResource()));
        App app = App.local(site);
        Granted standard = app.connect();
        site.mcp("/mcp", standard.access()).is(400);
        site.mcp("/mcp/other", standard.access()).is(401);
        Granted other = app.walk().with("resource", site.otherResource()).tokens();
        site.mcp("/mcp/other", other.access()).is(400);
        site.mcp("/mcp", other.access()).is(401);
    }

    private static void d16(Installations at) throws Exception {
        Site site = at.plain();
        try (var canary = new Canary()) {
            refused(
                    site,
                    "request_not_supported",
                    r -> r.with("request", "eyJhbGciOiJub25lIn0.e30."));
            for (String uri :
                    List.of(
                            "http://" + canary.address() + "/r",
                            "https://" + canary.address() + "/r",
                            "urn:ietf:params:oauth:request_uri:x")) {
                refused(site, "request_uri_not_supported", r -> r.with("request_uri", uri));
            }
            canary.requireSilence();
        }
    }

    private static void d17(Installations at) throws Exception {
        Site site = at.plain();
        for (String mode : List.of("fragment", "form_post", "web_message", "QUERY", "jwt")) {
            refused(site, "invalid_request", r -> r.with("response_mode", mode));
        }
        Answer back = App.local(site).walk().with("response_mode", "query").finish();
        String location = back.isRedirect().header("Location");
        Expect.that(!location.contains("#"), "no fragment: " + location);
        Expect.that(!location.contains("token"), "no token: " + location);
    }

    private static void d18(Installations at) throws Exception {
        Site site = at.plain();
        App web = App.web(site);
        Walk bad = web.walk().with("scope", "nonsense");
        Answer page = site.withoutTrace(() -> web.authorize(bad.request())).isPage();
        page.require(
                page.text().contains("href=\"" + web.redirectUri() + "?error=invalid_scope"),
                "a link by which the person may tell the program");
        page.require(Form.in(page).isEmpty(), "no consent for a bad request");
        App local = App.local(site);
        Params back = local.walk().with("scope", "nonsense").open().location();
        Expect.equal("error", "invalid_scope", back.value("error"));
        Params denied = web.walk().deny().location();
        Expect.equal("after a click the client hears", "access_denied", denied.value("error"));
    }
}
