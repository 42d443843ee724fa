package postern.e2e.rules;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A9 to A15: how the metadata is served, and the documents of the protected resources. */
final class DiscoveryRules {
    private static final String RESOURCE = "/.well-known/oauth-protected-resource";

    private DiscoveryRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.ours(
                        "A9",
                        "own",
                        "no request header gets into the metadata",
                        DiscoveryRules::a9),
                Rule.ours(
                        "A10",
                        "MCP clients",
                        "the OpenID document is 404 and neither page nor redirect",
                        DiscoveryRules::a10),
                Rule.ours(
                        "A11",
                        "own",
                        "metadata needs no database, may be cached, is only read",
                        DiscoveryRules::a11),
                Rule.ours("A12", "Fetch", "any page may read the metadata", DiscoveryRules::a12),
                Rule.must(
                        "A13",
                        "RFC 9728 3.3",
                        "each server has a document that names exactly its own URL",
                        DiscoveryRules::a13),
                Rule.must(
                        "A14",
                        "RFC 9728 2; MCP",
                        "the document names our issuer, the header, and no offline_access",
                        DiscoveryRules::a14),
                Rule.must(
                        "A15",
                        "RFC 9728 3.3",
                        "a path that is no server has no document",
                        DiscoveryRules::a15));
    }

    private static void a9(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) {
            String plain = site.wire().get(MetadataRules.PATH).text();
            for (Map.Entry<String, String> header :
                    Map.of(
                                    "X-Forwarded-Host", "evil.test",
                                    "X-Forwarded-Proto", "ftp",
                                    "X-Forwarded-Prefix", "/evil",
                                    "X-Original-URL", "/evil",
                                    "X-Rewrite-URL", "/evil",
                                    "Forwarded", "host=evil.test;proto=ftp")
                            .entrySet()) {
                Answer answer =
                        site.wire()
                                .get(MetadataRules.PATH, header.getKey(), header.getValue())
                                .is(200);
                Expect.equal("with " + header, plain, answer.text());
            }
            site.wire().get(MetadataRules.PATH, "Host", "evil.test").isOneOf(400, 421);
            Answer absolute = site.wire().get("http://evil.test" + MetadataRules.PATH);
            absolute.isOneOf(400, 421);
        }
    }

    private static void a10(Installations at) throws Exception {
        Site site = at.plain();
        for (String path :
                List.of(
                        "/.well-known/openid-configuration",
                        "/.well-known/openid-configuration/mcp",
                        "/mcp/.well-known/openid-configuration")) {
            Answer answer = site.wire().get(path).hasNo("Location");
            answer.require(
                    !answer.header("Content-Type").startsWith("text/html"), "anything but a page");
            // below /mcp whoever has no token learns nothing but where to get one
            answer.isOneOf(path.startsWith("/mcp") ? 401 : 404);
        }
    }

    private static void a11(Installations at) throws Exception {
        for (String path : List.of(MetadataRules.PATH, RESOURCE, RESOURCE + "/mcp/other")) {
            Wire wire = at.plain().wire();
            Answer answer = wire.get(path).is(200);
            Matcher age = Pattern.compile("public, max-age=([0-9]+)").matcher(cache(answer));
            answer.require(age.matches() && Integer.parseInt(age.group(1)) <= 3600, "an hour");
            Answer head = wire.send("HEAD", path, "").is(200);
            for (String name : List.of("Content-Type", "Content-Length", "Cache-Control")) {
                head.has(name, answer.header(name));
            }
            head.require(head.text().isEmpty(), "no body");
            Answer post = wire.post(path, Params.of("a", "b")).is(405);
            post.require(post.header("Allow").contains("GET"), "Allow with GET");
        }
        Site broken = at.with("broken database", Map.of());
        destroy(broken.rows().database());
        Answer witness = broken.wire().get("/oauth/authorize?client_id=x");
        witness.require(witness.status() >= 500, "the database is really down");
        broken.wire().get(MetadataRules.PATH).is(200).isJson();
        broken.wire().get(RESOURCE + "/mcp").is(200).isJson();
    }

    private static String cache(Answer answer) {
        return answer.header("Cache-Control");
    }

    /** Overwrites every page; the files stay, so the program's handles stay good. */
    private static void destroy(Path database) throws Exception {
        Path log = Path.of(database + "-wal");
        for (Path file : List.of(database, log)) {
            if (!Files.exists(file)) continue;
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer noise = ByteBuffer.allocate((int) channel.size());
                for (int i = 0; i < noise.capacity(); i++) noise.put(i, (byte) 0x5a);
                channel.write(noise, 0);
            }
        }
    }

    private static void a12(Installations at) throws Exception {
        Wire wire = at.plain().wire();
        for (String path : List.of(MetadataRules.PATH, RESOURCE, RESOURCE + "/mcp")) {
            wire.get(path, "Origin", "https://page.example")
                    .is(200)
                    .has("Access-Control-Allow-Origin", "*")
                    .hasNo("Access-Control-Allow-Credentials");
            Answer preflight =
                    wire.send(
                                    "OPTIONS",
                                    path,
                                    "",
                                    "Origin",
                                    "https://page.example",
                                    "Access-Control-Request-Method",
                                    "GET",
                                    "Access-Control-Request-Headers",
                                    "mcp-protocol-version")
                            .is(204)
                            .has("Access-Control-Allow-Origin", "*")
                            .hasNo("Access-Control-Allow-Credentials");
            preflight.require(
                    preflight
                                    .header("Access-Control-Allow-Headers")
                                    .contains("MCP-Protocol-Version")
                            && preflight.header("Access-Control-Allow-Methods").contains("GET"),
                    "the MCP-Protocol-Version header and GET allowed by name");
        }
    }

    private static void a13(Installations at) throws Exception {
        for (Site site : List.of(at.plain(), at.https())) {
            for (String path : List.of("/mcp", "/mcp/other", "/mcp/fixture")) {
                JsonNode json = site.wire().get(RESOURCE + path).is(200).isJson().json();
                Expect.equal("resource", site.issuer() + path, json.path("resource").asText());
            }
            JsonNode root = site.wire().get(RESOURCE).is(200).isJson().json();
            Expect.equal("root", site.resource(), root.path("resource").asText());
        }
    }

    private static void a14(Installations at) throws Exception {
        Site site = at.https();
        for (String path : List.of("", "/mcp", "/mcp/other")) {
            JsonNode json = site.wire().get(RESOURCE + path).is(200).json();
            String servers = json.path("authorization_servers").toString();
            Expect.equal("servers", "[\"" + site.issuer() + "\"]", servers);
            String methods = json.path("bearer_methods_supported").toString();
            Expect.equal("bearer methods", "[\"header\"]", methods);
            String scopes = json.path("scopes_supported").toString();
            Expect.equal("scopes", "[\"mcp:read\",\"mcp:write\"]", scopes);
        }
    }

    private static void a15(Installations at) throws Exception {
        for (String path :
                List.of(
                        "/mcp/",
                        "/mcp/third",
                        "/mcp2",
                        "/MCP",
                        "//mcp",
                        "/%6dcp",
                        "/mcp/other/",
                        "/mcp/Other",
                        "/mcp/other;x",
                        "/mcp/../mcp",
                        "/",
                        "/mcp/other?x")) {
            int status = path.endsWith("?x") ? 200 : 404; // a query names nothing
            at.plain().wire().get(RESOURCE + path).is(status);
        }
    }
}
