package postern.e2e.rules;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;

/** B8 to B11: which redirect URIs may be registered. */
final class RegisteredUriRules {
    private static final String WORD = "invalid_redirect_uri";

    private RegisteredUriRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "B8",
                        "OAuth 2.1 2.3",
                        "a redirect URI is absolute, plain, and at most 2048 characters",
                        RegisteredUriRules::b8),
                Rule.must(
                        "B9",
                        "OAuth 2.1 2.3",
                        "addresses that run something are refused in every disguise",
                        RegisteredUriRules::b9),
                Rule.must(
                        "B10",
                        "OAuth 2.1 8.4.3; MCP",
                        "http only on loopback; private schemes are left out",
                        RegisteredUriRules::b10),
                Rule.ours(
                        "B11",
                        "CVE-2026-9689",
                        "a redirect URI has none of the parameters that we append",
                        RegisteredUriRules::b11));
    }

    private static void b8(Installations at) throws Exception {
        refused(
                at.plain(),
                "/relative",
                "client.example/cb",
                "//client.example/cb",
                "",
                "https://",
                "https:///cb",
                "https:client.example",
                "https://client.example/cb#",
                "https://client.example/cb#x",
                "https://user@client.example/cb",
                "https://user:pass@client.example/cb",
                "https://*.client.example/cb",
                "https://client.example/*",
                "https://client.example\\@evil.example/",
                "https://client.example/../cb",
                "https://client.example/%2e%2E/cb",
                "https://client.example/c b",
                "https://client.example/\u00e4",
                "https://client.example/" + "x".repeat(2048 - 22));
        String longest = "https://client.example/" + "x".repeat(2048 - 23);
        accepted(at.plain(), longest);
    }

    private static void b9(Installations at) throws Exception {
        refused(
                at.plain(),
                "javascript:alert(1)",
                "JavaScript:alert(1)",
                "javascript://client.example/%0aalert(1)",
                " javascript:alert(1)",
                "\tjavascript:alert(1)",
                "\u0000javascript:alert(1)",
                "\u000bjavascript:alert(1)",
                "\fjavascript:alert(1)",
                "jav\tascript:alert(1)",
                "jav\nascript:alert(1)",
                "jav\u0000ascript:alert(1)",
                "java\u00adscript:alert(1)",
                "data:text/html,x",
                "DATA:text/html,x",
                "vbscript:x",
                "VbScript:x",
                "file:///etc/passwd",
                "FILE://localhost/etc/passwd",
                "blob:https://client.example/1",
                "about:blank",
                "view-source:https://client.example/");
    }

    private static void b10(Installations at) throws Exception {
        Site site = at.plain();
        refused(
                site,
                "http://client.example/cb",
                "http://127.0.0.2/cb",
                "http://127.1/cb",
                "http://0.0.0.0/cb",
                "http://192.168.1.1/cb",
                "http://[::2]/cb",
                "http://localhost.evil.example/cb",
                "http://localhost:99999/cb",
                "http://127.0.0.1.evil.example/cb");
        for (String uri :
                List.of(
                        "http://127.0.0.1/cb",
                        "http://127.0.0.1:1234/cb",
                        "http://localhost:1/cb",
                        "http://[::1]:1234/cb",
                        "https://client.example:8443/cb?a=b")) {
            accepted(site, uri);
        }
        RegistrationRules.refused(site, WORD, document("cursor://anysphere.cursor-mcp/cb"));
        for (String only :
                List.of("com.example.app:/cb", "ftp://127.0.0.1/cb", "ws://127.0.0.1/")) {
            RegistrationRules.refused(site, WORD, document(only));
        }
        String both = document("cursor://anysphere.cursor-mcp/cb", "https://www.cursor.com/cb");
        JsonNode kept = site.register(both).is(201).json().path("redirect_uris");
        Expect.equal("kept", "[\"https://www.cursor.com/cb\"]", kept.toString());
    }

    private static void b11(Installations at) throws Exception {
        refused(
                at.plain(),
                "https://client.example/cb?code=1",
                "https://client.example/cb?state",
                "https://client.example/cb?a=b&iss=",
                "https://client.example/cb?error=x",
                "https://client.example/cb?a;error_description=x",
                "https://client.example/cb?%63ode=1",
                "http://127.0.0.1/cb?state=1");
        accepted(at.plain(), "https://client.example/cb?codes=1");
    }

    private static String document(String... uris) {
        return App.document(App.NONE, uris).toString();
    }

    /** Alone, and beside a good one. */
    private static void refused(Site site, String... uris) throws Exception {
        for (String uri : uris) {
            RegistrationRules.refused(site, WORD, document(uri), document(App.WEB, uri));
        }
    }

    private static void accepted(Site site, String uri) throws Exception {
        JsonNode kept = site.register(document(uri)).is(201).json().path("redirect_uris");
        Expect.equal("kept", "[\"" + uri + "\"]", kept.toString());
    }
}
