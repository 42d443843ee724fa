package postern.bridge;

import postern.access.EndReason;
import postern.access.Grant;
import postern.access.GrantEnds;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Scope;
import postern.access.TokenCheck;
import postern.access.Tokens;
import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.bridge.legacy.LegacyEra;
import postern.bridge.legacy.Sessions;
import postern.bridge.tools.ToolClass;
import postern.bridge.tools.ToolTable;
import postern.core.Secret;
import postern.core.Ticker;
import postern.core.Undo;
import postern.http.HttpConfig;
import postern.http.HttpServer;
import postern.http.Routes;
import postern.store.Database;
import postern.supervisor.Supervisor;
import postern.supervisor.SupervisorConfig;
import postern.vault.GrantSeal;
import postern.vault.MasterKeys;
import postern.vault.Token;
import postern.vault.Vault;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Everything real: HTTP server, scratch database, supervisor, children. */
public final class Gateway implements AutoCloseable {
    public static final URI PUBLIC = URI.create("https://mcp.example.org");
    public static final String RESOURCE = PUBLIC + "/mcp";

    public final TestTicker ticker = new TestTicker();
    public final BridgeCounters counters = new BridgeCounters();
    public final Sessions sessions;
    public final Supervisor supervisor;
    public volatile UpstreamAccess upstream = caller -> new NoLease();

    private final Undo opened = new Undo();
    private final SecureRandom random = new SecureRandom();
    private final Database database;
    private final Vault vault;
    private final Grants grants;
    private final HttpServer http;

    private Gateway(ServerDefinitions servers, BridgeConfig config) throws Exception {
        Path folder = opened.own(new Folder(Files.createTempDirectory("postern-bridge-"))).path;
        database = opened.own(Database.open(folder.resolve("postern.db")));
        vault =
                Vault.open(
                        database, MasterKeys.readOrGenerate(folder.resolve("key"), random), random);
        GrantEnds ends = opened.own(new GrantEnds(database));
        grants = new Grants(database, vault, ends);
        supervisor =
                opened.own(
                        new Supervisor(
                                SupervisorConfig.standard(folder.resolve("run"), "bridge-test"),
                                Ticker.system(),
                                InstantSource.system()));
        sessions = opened.own(new Sessions(config, ends, counters, ticker, random));
        var era = new LegacyEra(config, sessions, supervisor, caller -> upstream.lease(caller));
        var endpoint =
                new McpEndpoint(
                        new Endpoints(PUBLIC, servers),
                        Set.of(PUBLIC.toString()),
                        new TokenCheck(database, vault, InstantSource.system()),
                        era);
        Routes.Builder routes = Routes.builder();
        endpoint.addTo(routes);
        http = opened.own(startHttp(routes));
    }

    private static HttpServer startHttp(Routes.Builder routes) throws Exception {
        var listen = new InetSocketAddress("127.0.0.1", 0);
        HttpConfig standard = HttpConfig.standard(listen, Set.of("127.0.0.1:0"));
        var config =
                new HttpConfig(
                        listen,
                        standard.allowedHosts(),
                        standard.trustedProxies(),
                        standard.maxBody(),
                        standard.bodyDeadline(),
                        Duration.ofSeconds(2),
                        standard.maxRequestsInFlight(),
                        standard.maxStreams(),
                        standard.maxConnections(),
                        Optional.empty());
        return HttpServer.start(
                config,
                routes.build(),
                (id, method, route, status, took, address) -> {},
                () -> "request");
    }

    /** With the fixture server in one of its moods as the default server. */
    public static Gateway withFixture(String mood, UnaryOperator<BridgeConfig> change)
            throws Exception {
        ServerDefinition fixture =
                ServerDefinition.ofTrusted(
                                "fixture",
                                java(FixtureServer.class, mood),
                                Map.of("WHO", "${user.login}/${user.id}"))
                        .withTools(
                                new ToolTable(
                                        Map.of("whoami", ToolClass.READ, "note", ToolClass.WRITE)));
        return new Gateway(ServerDefinitions.of(fixture), change.apply(quick()));
    }

    public static Gateway with(ServerDefinitions servers) throws Exception {
        return new Gateway(servers, quick());
    }

    /** The standard limits; 20 sessions per grant. */
    public static BridgeConfig quick() {
        BridgeConfig standard = BridgeConfig.standard();
        return new BridgeConfig(
                standard.idle(),
                standard.callBudget(),
                standard.silence(),
                standard.keepAlive(),
                20,
                60,
                standard.callsPerSession(),
                standard.queuedMessages(),
                standard.queuedSize(),
                standard.childLimits());
    }

    public static List<String> java(Class<?> program, String... arguments) {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx64m",
                                "-Xshare:auto",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What a person holds who has signed in. */
    public record SignedIn(GrantId grant, String token) {}

    public SignedIn signIn(String login) {
        return signIn(login, Scope.FULL, RESOURCE);
    }

    public SignedIn signIn(String login, Scope scope, String resource) {
        var now = InstantSource.system().instant();
        GrantSeal seal = vault.grantSeal();
        GrantSeal.GrantKeyPair keys = seal.newKeyPair();
        GrantId id = GrantId.random(random);
        Token token = vault.mintAccess(id.value());
        byte[] wrap = seal.wrap(keys.privateKey(), token, id.value());
        var later = now.plus(Duration.ofHours(1));
        database.write(tx -> {
            var person = grants.person(tx, "local", "id-" + login, login, now);
            var grant =
                    new Grant(
                            id,
                            person,
                            "client",
                            "http://localhost/callback",
                            scope,
                            resource,
                            keys.publicKey(),
                            later,
                            Optional.empty());
            grants.create(tx, grant, now);
            var stored = new Tokens.Stored(token.lookup(), id, later, wrap);
            new Tokens().addAccess(tx, stored, grant, scope);
            return true;
        });
        return new SignedIn(id, token.text().useText(text -> text));
    }

    public void end(GrantId grant) {
        var now = InstantSource.system().instant();
        database.write(tx -> grants.end(tx, grant, EndReason.REVOKED_BY_PERSON, now));
    }

    /** A client whose session has begun. */
    public McpClient opened(SignedIn who) {
        McpClient client = client(who);
        if (client.initialize().status() != 200) throw new IllegalStateException("no session");
        return client;
    }

    public McpClient client(SignedIn who) {
        return new McpClient(uri("/mcp"), Optional.of(who.token()));
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + http.port() + path);
    }

    public int liveChildren() {
        return supervisor.children().size();
    }

    @Override
    public void close() {
        opened.close();
    }

    private record NoLease() implements UpstreamLease {
        @Override
        public Map<String, String> values() {
            return Map.of();
        }

        @Override
        public Map<String, Secret> secrets() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    private record Folder(Path path) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (var files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
