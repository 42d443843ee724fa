package postern.oauth;

import postern.access.GrantEnds;
import postern.access.Grants;
import postern.access.TokenCheck;
import postern.access.Tokens;
import postern.core.Secret;
import postern.forge.local.LocalUpstream;
import postern.http.Cookies;
import postern.http.HttpConfig;
import postern.http.HttpServer;
import postern.http.PageKit;
import postern.http.PortInUse;
import postern.http.Routes;
import postern.oauth.client.ClientAuthentication;
import postern.oauth.client.ClientConfig;
import postern.oauth.client.Registration;
import postern.oauth.client.ResourceServers;
import postern.oauth.metadata.Discovery;
import postern.oauth.token.IntrospectionEndpoint;
import postern.oauth.token.RevocationEndpoint;
import postern.store.Database;
import postern.store.StoreRefused;
import postern.testkit.browser.Browser;
import postern.vault.KeyRefused;
import postern.vault.MasterKeys;
import postern.vault.Vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** An authorization server on a free loopback port with a scratch database and a clock to move. */
public final class TestAuthorizationServer implements AutoCloseable {
    private static final int TRIES = 5;

    public final Parts parts;
    public final TestLiveSessions live = new TestLiveSessions();
    public final Wire wire;
    private final Path folder;
    private final GrantEnds ends;
    private final HttpServer http;
    private final AuthorizationServer server;

    private TestAuthorizationServer(Setup setup, int port) throws PortInUse {
        var clock = new TestClock();
        var random = new SecureRandom();
        URI issuer = URI.create("http://127.0.0.1:" + port);
        OAuthConfig config =
                setup.config()
                        .apply(
                                OAuthConfig.standard(
                                        issuer, List.of(issuer + "/mcp", issuer + "/mcp/second")));
        ClientConfig clients = setup.clients().apply(config);
        try {
            folder = Files.createTempDirectory("postern-oauth");
            Database database = Database.open(folder.resolve("postern.db"));
            Vault vault = Vault.open(database, masterKeys(random), random);
            ends = new GrantEnds(database);
            var bare =
                    new Parts(
                            config,
                            database,
                            vault,
                            new Grants(database, vault, ends),
                            new Tokens(),
                            new TokenCheck(database, vault, clock),
                            clients.clients(database, vault, issuer, clock, clock.ticker()),
                            null,
                            new Cookies(issuer),
                            new PageKit(),
                            clock,
                            random);
            Routes.Builder routes = Routes.builder();
            parts = bare.with(setup.upstream().apply(bare, routes));
            server = server(setup, clients, parts);
            server.addTo(routes);
            http = start(port, routes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (StoreRefused | KeyRefused failure) {
            throw new IllegalStateException(failure);
        }
        wire = new Wire(issuer);
    }

    private static MasterKeys masterKeys(SecureRandom random) throws KeyRefused {
        var key = new byte[32];
        random.nextBytes(key);
        return MasterKeys.parse(Secret.ofUtf8(Base64.getEncoder().encodeToString(key)));
    }

    private AuthorizationServer server(Setup setup, ClientConfig clients, Parts p) {
        ClientAuthentication authentication = setup.authentication().apply(p);
        return new AuthorizationServer(
                new Discovery(p.config(), clients),
                setup.authorization().apply(p),
                Optional.of(clients)
                        .filter(ClientConfig::offersRegistration)
                        .map(config ->
                                new Registration(
                                        config.registration(),
                                        p.database(),
                                        p.clients(),
                                        p.vault(),
                                        p.clock(),
                                        p.clock().ticker(),
                                        p.random())),
                setup.token().apply(p, authentication),
                new RevocationEndpoint(
                        authentication, p.database(), p.grants(), p.tokens(), p.vault(), p.clock()),
                Optional.of(clients)
                        .filter(ClientConfig::offersIntrospection)
                        .map(config ->
                                new IntrospectionEndpoint(
                                        p.config(),
                                        new ResourceServers(
                                                config.file().resourceServers(),
                                                p.vault(),
                                                p.clock().ticker()),
                                        p.tokenCheck())),
                live);
    }

    private static HttpServer start(int port, Routes.Builder routes) throws PortInUse {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var ids = new AtomicLong();
        return HttpServer.start(
                HttpConfig.standard(listen, Set.of("127.0.0.1:" + port)),
                routes.build(),
                (id, method, route, status, took, address) -> {},
                () -> "r" + ids.incrementAndGet());
    }

    public static TestAuthorizationServer start() {
        return start(Setup.standard());
    }

    /**
     * The issuer must be known before the server listens; so a free port may be taken meanwhile.
     */
    public static TestAuthorizationServer start(Setup setup) {
        for (int i = 1; ; i++) {
            try {
                return new TestAuthorizationServer(setup, freePort());
            } catch (PortInUse taken) {
                if (i == TRIES) throw new IllegalStateException(taken);
            }
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public URI issuer() {
        return parts.config().issuer();
    }

    public String resource() {
        return parts.config().defaultResource();
    }

    public TestClock clock() {
        return parts.clock();
    }

    /** What housekeeping does every minute. */
    public void forget() {
        server.forget(clock().instant());
    }

    /** Where the database's files are. */
    public Path folder() {
        return folder;
    }

    /** A single-use code of the built-in sign-in. */
    public String signInCode(String name) {
        clock().relaxLimits();
        return ((LocalUpstream) parts.upstream()).newCode(name);
    }

    /** A browser with an empty profile. */
    public Browser browser() {
        return Browser.open(Wire.CLIENT, parts.clock());
    }

    /** A new client, registered as {@code metadata} says. */
    public TestClient client(TestClient.Kind kind, String... redirectUris) {
        return TestClient.register(this, kind, redirectUris);
    }

    /** Whether {@code accessToken} is good at the default endpoint now. */
    public boolean accepts(String accessToken) {
        return parts.tokenCheck().check(accessToken, resource()).isPresent();
    }

    @Override
    public void close() {
        http.close();
        ends.close();
        parts.database().close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
