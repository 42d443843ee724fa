package postern.e2e.rules;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.mcp.EventStream;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** M3, M7 to M9: what holds inside sessions. */
final class SessionRules {
    private static final String VERSION = "2025-11-25";

    private SessionRules() {}

    static List<Rule> rules() {
        return List.of(
                Rule.must(
                        "M3",
                        "RFC 6750 3.1",
                        "what the scope does not allow is 403 with the scope that is needed",
                        SessionRules::m3),
                Rule.must(
                        "M7",
                        "MCP, token passthrough",
                        "our tokens never reach the tools, the forge's never the client",
                        SessionRules::m7),
                Rule.must(
                        "M8",
                        "MCP",
                        "every request is checked; a stream ends with its grant",
                        SessionRules::m8),
                Rule.must(
                        "M9",
                        "CVE-2026-33946, CVE-2026-52870, CVE-2026-25536",
                        "somebody else's session is 404, and equal ids never cross",
                        SessionRules::m9));
    }

    private static McpClient session(Site site, Granted granted) throws Exception {
        McpClient client = McpClient.of(URI.create(site.resource()), granted.access());
        McpAnswer answer = client.initialize(VERSION);
        Expect.equal("initialize", 200, answer.status());
        return client;
    }

    private static void m3(Installations at) throws Exception {
        Site site = at.plain();
        App app = App.local(site);
        Granted narrow = app.walk().with("scope", "mcp:read").tokens();
        Granted wide = app.connect();
        Params renewal = App.renewal(wide.refresh()).with("scope", "mcp:read");
        Answer narrowed = app.token(renewal).is(200);
        for (Granted reader : List.of(narrow, new Granted(app, wide.walk(), "", narrowed))) {
            String needed = onlyReads(site, reader);
            Granted stepped = app.walk().with("scope", needed).tokens();
            try (McpClient client = session(site, stepped)) {
                McpAnswer answer = client.callTool("whoami", "{}");
                Expect.equal("the tool with the scope that was asked for", 200, answer.status());
                client.delete();
            }
        }
    }

    /** The scope that the refusals ask for. */
    private static String onlyReads(Site site, Granted reader) throws Exception {
        String needed = "mcp:read mcp:write";
        try (McpClient client = session(site, reader)) {
            String list = client.request("tools/list", empty()).result().toString();
            Expect.that(list.contains("\"echo\"") && !list.contains("\"whoami\""), list);
            McpAnswer read = client.callTool("echo", "{\"text\":\"x\"}");
            Expect.equal("a tool that only reads", "x", read.toolText());
            for (String tool : List.of("whoami", "env", "unheard-of", "")) {
                McpAnswer refused = client.callTool(tool, "{}");
                Expect.equal("tool [" + tool + "]", 403, refused.status());
                String challenge = refused.header("WWW-Authenticate");
                Expect.that(challenge.startsWith("Bearer "), challenge);
                for (String part :
                        List.of(
                                "error=\"insufficient_scope\"",
                                "scope=\"" + needed + "\"",
                                "resource_metadata=\""
                                        + site.issuer()
                                        + "/.well-known/oauth-protected-resource/mcp\"")) {
                    Expect.that(challenge.contains(part), part + " in " + challenge);
                }
                Expect.that(refused.message().orElseThrow().path("id").isNumber(), "its id");
                Expect.that(!refused.error().path("message").asText().isEmpty(), "a text");
            }
            McpAnswer silent = client.notify("tools/call", empty().put("name", "whoami"));
            Expect.equal("a call without an id", 403, silent.status());
            client.delete();
        }
        return needed;
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void m7(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        try (McpClient client = session(site, granted)) {
            String environment = client.callTool("env", "{}").toString();
            String whole = client.callTool("env", "{}").toolText();
            Expect.that(environment.contains("env") || !whole.isEmpty(), "the tool told");
            for (String ours :
                    List.of(
                            granted.access(),
                            granted.refresh(),
                            granted.code(),
                            granted.app().id())) {
                Expect.that(!whole.contains(ours), "nothing of ours at the tool");
            }
            String user = client.callTool("forgejo-user", "{}").toolText();
            Expect.that(user.startsWith("200 "), "the tool reaches the forge: " + user);
            for (String issued : site.forge().issuedTokens()) {
                Expect.that(!whole.contains(issued), "nothing of the forge's at the tool");
                Expect.that(!user.contains(issued), "nothing of the forge's at the client");
                Expect.that(!granted.answer().text().contains(issued), "nor in a token answer");
            }
            client.delete();
        }
    }

    private static int ping(McpClient client) throws Exception {
        return client.request("ping", JsonNodeFactory.instance.objectNode()).status();
    }

    private static void m8(Installations at) throws Exception {
        Site site = at.plain();
        Granted granted = App.local(site).connect();
        Granted ended = App.local(site).connect();
        try (McpClient client = session(site, granted)) {
            Expect.equal("ping", 200, ping(client));
            for (String wrong : List.of("", "x", ended.refresh())) {
                client.useBearer(wrong);
                Expect.equal("ping without a token", 401, ping(client));
                try (EventStream stream = client.openStream("")) {
                    Expect.equal("stream without a token", 401, stream.status());
                }
                Expect.equal("delete without a token", 401, client.delete().status());
            }
            client.useBearer(granted.access());
            try (EventStream stream = client.openStream("")) {
                Expect.equal("stream", 200, stream.status());
                Expect.that(!stream.hasEnded(), "the stream is open");
                granted.app().revoke(granted.refresh()).is(200);
                Expect.soon("the stream ends", Duration.ofSeconds(1), stream::hasEnded);
            }
            Expect.equal("ping after the end", 401, ping(client));
        }
    }

    private static void m9(Installations at) throws Exception {
        Site site = at.plain();
        Granted alice = App.local(site).connect();
        Granted bob = App.local(site).connect();
        try (McpClient hers = session(site, alice);
                McpClient his = session(site, bob);
                McpClient thief = McpClient.of(URI.create(site.resource()), bob.access())) {
            thief.useSession(hers.sessionId(), VERSION);
            McpAnswer stolen = thief.request("ping", JsonNodeFactory.instance.objectNode());
            Expect.equal("her session with his token", 404, stolen.status());
            try (EventStream stream = thief.openStream("")) {
                Expect.equal("her stream with his token", 404, stream.status());
            }
            Expect.equal("her session's end", 404, thief.delete().status());
            String login = alice.walk().visitor().login();
            Expect.that(!stolen.toString().contains(login), "nothing of hers: " + stolen);
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                List<Callable<Void>> calls = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    int id = i;
                    calls.add(() -> echo(hers, id, "alice"));
                    calls.add(() -> echo(his, id, "bob"));
                }
                for (Future<Void> call : threads.invokeAll(calls)) call.get();
            }
            Expect.equal("her session lives", 200, ping(hers));
            hers.delete();
            his.delete();
        }
    }

    /** Both use the same JSON-RPC ids at the same time. */
    private static Void echo(McpClient client, int id, String who) throws Exception {
        var params = JsonNodeFactory.instance.objectNode().put("name", "echo");
        params.putObject("arguments").put("text", who + id);
        var number = JsonNodeFactory.instance.numberNode(1_000 + id);
        McpAnswer answer = client.request(number, "tools/call", params);
        Expect.equal("echo", who + id, answer.toolText());
        return null;
    }
}
