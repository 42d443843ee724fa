package postern.e2e.rules;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.Undo;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.FixtureServer;
import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One running installation: a forge double, the packaged program beside it, its database. */
final class Site implements AutoCloseable {
    /** Before the content of a file that a setting names. */
    static final String CONTENT = "content:";

    /** In such a content: the issuer, which is known only at the start. */
    static final String ISSUER = "@issuer@";

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Path folder;
    private final int port;
    private final String issuer;
    private final ForgejoDouble forge;
    private final DoubleApp forgeApp;
    private final PosternProcess.Settings settings;
    private final Undo closing;
    private PosternProcess postern;

    private Site(
            Path folder,
            int port,
            String issuer,
            ForgejoDouble forge,
            DoubleApp forgeApp,
            PosternProcess.Settings settings,
            Undo closing) {
        this.folder = folder;
        this.port = port;
        this.issuer = issuer;
        this.forge = forge;
        this.forgeApp = forgeApp;
        this.settings = settings;
        this.closing = closing;
    }

    /**
     * Starts one.
     *
     * @param publicUrl empty: the loopback address
     * @param program how the program is started
     */
    static Site start(
            String publicUrl,
            Map<String, String> more,
            PosternProcess.Settings program,
            ForgejoDoubleOptions options)
            throws IOException, InterruptedException {
        var closing = new Undo();
        try {
            Path folder = Files.createTempDirectory("postern-rules-");
            closing.own(() -> delete(folder));
            ForgejoDouble forge = closing.own(ForgejoDouble.start(options));
            int port = freePort();
            String issuer = publicUrl.isEmpty() ? "http://127.0.0.1:" + port : publicUrl;
            DoubleApp app = forge.registerApp("postern", List.of(issuer + "/oauth/callback"), true);
            var environment = new LinkedHashMap<String, String>();
            environment.put("POSTERN_LISTEN", "127.0.0.1:" + port);
            environment.put("POSTERN_PUBLIC_URL", issuer);
            environment.put("POSTERN_DATA_DIR", folder.resolve("data").toString());
            environment.put("POSTERN_KEY_DIR", folder.resolve("keys").toString());
            environment.put("POSTERN_SERVERS_FILE", servers(folder).toString());
            environment.put("POSTERN_FORGEJO_URL", forge.rootUrl().toString().replaceAll("/$", ""));
            environment.put("POSTERN_FORGEJO_CLIENT_ID", app.clientId());
            environment.put("POSTERN_FORGEJO_CLIENT_SECRET", app.clientSecret());
            for (Map.Entry<String, String> setting : more.entrySet()) {
                environment.put(setting.getKey(), value(setting, folder, issuer));
            }
            Readiness ready = (stdout, stderr) -> readyAt(stdout, port);
            // what it asks of the forge at the start must not be among what a rule counts
            if (program.arguments().contains("serve")) {
                ready = ready.andLogged("app.forge.looked-at", "app.forge.not-ready");
            }
            var settings =
                    program.withFolder(folder).withEnvironment(environment).withReadiness(ready);
            var site = new Site(folder, port, issuer, forge, app, settings, closing);
            site.startAgain();
            return site;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            closing.close();
            throw failed;
        }
    }

    /** A setting that names a file may come with the file's content in its place. */
    private static String value(Map.Entry<String, String> setting, Path folder, String issuer)
            throws IOException {
        if (!setting.getValue().startsWith(CONTENT)) return setting.getValue();
        String content = setting.getValue().substring(CONTENT.length()).replace(ISSUER, issuer);
        return Files.writeString(folder.resolve(setting.getKey()), content).toString();
    }

    private static Optional<URI> readyAt(String stdout, int port) {
        boolean ready = stdout.lines().anyMatch(line -> line.contains("ready"));
        return ready ? Optional.of(URI.create("http://127.0.0.1:" + port)) : Optional.empty();
    }

    /** Two servers, so that there are two resources; the fixture is the default one. */
    private static Path servers(Path folder) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode servers = root.putObject("mcpServers");
        for (String name : List.of("fixture", "other")) {
            List<String> command = FixtureServer.command("--identity-env", "RULES_IDENTITY");
            ObjectNode server = servers.putObject(name).put("command", command.getFirst());
            command.stream().skip(1).forEach(server.withArray("args")::add);
            server.putObject("env")
                    .put("RULES_IDENTITY", "${user.login}")
                    .put("FORGEJO_URL", "${relay.url}")
                    .put("FORGEJO_ACCESS_TOKEN", "${relay.token}");
            ObjectNode ours = server.putObject("postern");
            ours.put("default", name.equals("fixture")).put("trusted", true);
            ObjectNode tools = ours.putObject("tools");
            tools.putArray("read").add("echo");
            tools.putArray("write").add("whoami"); // so that there is a harmless one that writes
        }
        return Files.writeString(folder.resolve("mcp-servers.json"), root.toPrettyString());
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException kept) {
            throw new java.io.UncheckedIOException(kept);
        }
    }

    /** Starts the program on the data that is there. The one before must have ended. */
    void startAgain() throws IOException, InterruptedException {
        PosternProcess started = PosternProcess.start(settings);
        closing.own(() -> close(started));
        postern = started;
    }

    private static void close(PosternProcess process) {
        try {
            process.close();
        } catch (IOException kept) {
            throw new java.io.UncheckedIOException(kept);
        }
    }

    /** Ends it as power loss does, and starts it again. */
    void crash() throws IOException, InterruptedException {
        postern.kill();
        if (postern.awaitExit(Duration.ofSeconds(10)).isEmpty())
            throw new IOException("still there");
        startAgain();
    }

    PosternProcess postern() {
        return postern;
    }

    ForgejoDouble forge() {
        return forge;
    }

    DoubleApp forgeApp() {
        return forgeApp;
    }

    Path data() {
        return folder.resolve("data");
    }

    String issuer() {
        return issuer;
    }

    /** Of the default server. */
    String resource() {
        return issuer + "/mcp";
    }

    String otherResource() {
        return issuer + "/mcp/other";
    }

    StoredRows rows() {
        return new StoredRows(data().resolve("postern.db"));
    }

    /** A caller with an address of its own, so that nobody else's limits are used up. */
    Wire wire() {
        int number = NUMBERS.incrementAndGet();
        String address = "198.18." + (number >> 8 & 255) + "." + (number & 255);
        return new Wire(port, issuer.replaceFirst("^https?://", ""), address);
    }

    int port() {
        return port;
    }

    /** A name that nobody else has. */
    static String unique(String what) {
        return what + "-" + NUMBERS.incrementAndGet();
    }

    /** A person whom the forge knows, with a new browser. */
    Visitor visitor() {
        String login = unique("person");
        forge.addUser(login, Visitor.PASSWORD);
        return Visitor.at(this, login);
    }

    Answer register(String json) throws IOException {
        return wire().json("/oauth/register", json);
    }

    /** Whether the token opens the default server: without a session the answer is 400, not 401. */
    boolean accepts(String accessToken) throws IOException {
        Answer answer = mcp("/mcp", accessToken);
        answer.isOneOf(400, 401);
        return answer.status() == 400;
    }

    Answer mcp(String path, String accessToken) throws IOException {
        return ping(path, "Authorization", "Bearer " + accessToken);
    }

    Answer ping(String path, String... headers) throws IOException {
        var all = new java.util.ArrayList<>(List.of(headers));
        all.addAll(List.of("Accept", "application/json, text/event-stream"));
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        return wire().json(path, ping, all.toArray(String[]::new));
    }

    /** How often the forge was asked for tokens so far. */
    long tokenRequests() {
        return forge.requests().stream().filter(r -> !r.grantType().isEmpty()).count();
    }

    /** Runs it; afterwards no row more or less is stored and the forge was not asked for tokens. */
    <T> T withoutTrace(Callable<T> act) throws Exception {
        Map<String, Long> before = rows().counts();
        long asked = tokenRequests();
        T result = act.call();
        Expect.equal("rows stored by [" + result + "]", before, rows().counts());
        Expect.equal("token requests at the forge after [" + result + "]", asked, tokenRequests());
        return result;
    }

    /** Runs it; afterwards there are as many tokens as before. */
    Answer withoutTokens(Callable<Answer> act) throws Exception {
        long before = rows().count("access_token") + rows().count("refresh_token");
        Answer answer = act.call();
        long after = rows().count("access_token") + rows().count("refresh_token");
        Expect.equal("tokens stored by " + answer, before, after);
        return answer;
    }

    @Override
    public void close() {
        closing.close();
    }
}
