package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.GrantEnds;
import postern.access.Grants;
import postern.access.LastUses;
import postern.access.Purge;
import postern.access.TokenCheck;
import postern.access.Tokens;
import postern.app.config.Configuration;
import postern.bridge.BridgeConfig;
import postern.bridge.BridgeCounters;
import postern.bridge.Endpoints;
import postern.bridge.McpEndpoint;
import postern.bridge.ServerDefinitions;
import postern.bridge.legacy.LegacyEra;
import postern.bridge.legacy.Sessions;
import postern.core.Undo;
import postern.http.Cookies;
import postern.http.HttpServer;
import postern.http.PageKit;
import postern.http.PortInUse;
import postern.http.Routes;
import postern.oauth.AuthorizationServer;
import postern.oauth.OAuthConfig;
import postern.oauth.client.ClientConfig;
import postern.store.Backup;
import postern.store.Database;
import postern.store.Restoration;
import postern.store.StoreRefused;
import postern.store.WriteSteps;
import postern.supervisor.Supervisor;
import postern.vault.Vault;

import java.time.Duration;
import java.util.UUID;

/** A running server: all rooms put together, in the order in which they need each other. */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration IN_FLIGHT = Duration.ofMillis(250);

    /** Nobody waits for a child any more: only a slow reader can use it up. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    /** A client that goes on at once sends its next request this soon after an answer. */
    private static final Duration NEXT_REQUEST = Duration.ofSeconds(1);

    /** It looks at what is in memory; the forge is asked once an hour about each person. */
    private static final long MEMBER_CHECK_SECONDS = 5;

    private final Addresses addresses;
    private final ServerDefinitions servers;
    private final SignIn signIn;
    private final Health health;
    private final HttpServer http;
    private final Sessions sessions;
    private final Undo closing;

    private Server(
            Addresses addresses,
            ServerDefinitions servers,
            SignIn signIn,
            Health health,
            HttpServer http,
            Sessions sessions,
            Undo closing) {
        this.addresses = addresses;
        this.servers = servers;
        this.signIn = signIn;
        this.health = health;
        this.http = http;
        this.sessions = sessions;
        this.closing = closing;
    }

    /**
     * @throws StartRefused with one line that says what to change; nothing is left running
     */
    public static Server start(Configuration configuration, BuildInfo build, Clocks clocks)
            throws StartRefused {
        return start(configuration, build, clocks, WriteSteps.UNWATCHED);
    }

    /**
     * As {@link #start(Configuration, BuildInfo, Clocks)}, with every step of the store watched.
     */
    public static Server start(
            Configuration configuration, BuildInfo build, Clocks clocks, WriteSteps steps)
            throws StartRefused {
        var undo = new Undo();
        try {
            return start(configuration, build, clocks, steps, undo);
        } catch (StartRefused | RuntimeException refused) {
            undo.close();
            throw refused;
        }
    }

    private static Server start(
            Configuration configuration,
            BuildInfo build,
            Clocks clocks,
            WriteSteps steps,
            Undo undo)
            throws StartRefused {
        Addresses addresses = Addresses.of(configuration);
        ServerDefinitions servers = ServerCatalogue.load(configuration);
        OAuthConfig oauth = RoomConfigs.oauth(configuration, addresses, servers);
        ClientConfig clients = ClientCatalogue.load(configuration, oauth.resources(), undo);
        DataFolder folder = undo.own(DataFolder.hold(configuration.dataDir()));
        Database database = undo.own(open(folder, steps));
        Vault vault = Keys.openVault(configuration, database, clocks.random());
        var keyWatch = new KeyWatch(configuration, database, vault, clocks);
        GrantEnds ends = undo.own(new GrantEnds(database));
        var grants = new Grants(database, vault, ends);
        var tokens = new Tokens();
        var pages = new PageKit();
        var cookies = new Cookies(addresses.publicUrl());
        var parts =
                new SignIn.Parts(
                        clocks, database, vault, grants, pages, cookies, addresses.publicUrl());
        SignIn signIn = SignIn.of(configuration, parts, undo);
        Supervisor supervisor = undo.own(supervisor(configuration, folder, clocks));
        BridgeConfig bridge = RoomConfigs.bridge(configuration);
        var sessions =
                undo.own(
                        new Sessions(
                                bridge,
                                ends,
                                new BridgeCounters(),
                                clocks.ticker(),
                                clocks.random()));
        var health = new Health(build, database, clocks.ticker());
        Routes.Builder routes = Routes.builder();
        health.addTo(routes);
        var authorization =
                new AuthorizationServer(
                        oauth,
                        clients,
                        database,
                        vault,
                        grants,
                        tokens,
                        signIn.upstream(),
                        sessions,
                        cookies,
                        pages,
                        clocks.instants(),
                        clocks.ticker(),
                        clocks.random());
        authorization.addTo(routes);
        signIn.local().ifPresent(local -> local.routes(routes));
        var uses = new LastUses(database);
        new McpEndpoint(
                        new Endpoints(addresses.publicUrl(), servers),
                        addresses.origins(),
                        new TokenCheck(database, vault, clocks.instants(), uses),
                        new LegacyEra(bridge, sessions, supervisor, signIn.access()))
                .addTo(routes);
        undo.own(uses::write);
        var housekeeping = undo.own(new Housekeeping("postern-housekeeping"));
        // apart from the other jobs: it waits for the forge
        var memberChecks = undo.own(new Housekeeping("postern-member-checks"));
        memberChecks.every(
                MEMBER_CHECK_SECONDS,
                "member checks",
                () -> signIn.access().recheck().forEach(sessions::suspend));
        var purge = new Purge(database, configuration.refreshGrace());
        housekeeping.every(60, "purge", () -> purge.run(clocks.instants().instant()));
        housekeeping.every(60, "empty log", database::emptyLog);
        housekeeping.every(
                60, "forget", () -> signIn.upstream().forget(clocks.instants().instant()));
        housekeeping.every(60, "last-use", uses::write);
        housekeeping.every(
                60, "unanswered", () -> authorization.forget(clocks.instants().instant()));
        HttpServer http = undo.own(listen(configuration, addresses, routes.build()));
        keyWatch.look();
        housekeeping.every(1, "keys", keyWatch::look);
        return new Server(addresses, servers, signIn, health, http, sessions, undo);
    }

    private static Database open(DataFolder folder, WriteSteps steps) throws StartRefused {
        try {
            new Restoration(folder.database(), step -> {}).finish();
            Backup.removeLeftOver(folder.database());
            return Database.open(folder.database(), steps);
        } catch (StoreRefused refused) {
            throw new StartRefused(refused.getMessage() + " [" + folder.database() + "]", refused);
        }
    }

    private static Supervisor supervisor(
            Configuration configuration, DataFolder folder, Clocks clocks) throws StartRefused {
        var supervisor =
                new Supervisor(
                        RoomConfigs.supervisor(configuration, folder),
                        clocks.ticker(),
                        clocks.instants());
        int strays = supervisor.killStrays();
        if (strays > 0) LOG.atWarn().addKeyValue("processes", strays).log("app.strays-killed");
        for (String warning : supervisor.containment().warnings()) {
            LOG.atWarn().addKeyValue("missing", warning).log("app.containment");
        }
        return supervisor;
    }

    private static HttpServer listen(
            Configuration configuration, Addresses addresses, Routes routes) throws StartRefused {
        try {
            return HttpServer.start(
                    RoomConfigs.http(configuration, addresses),
                    routes,
                    new RequestLines(),
                    () -> UUID.randomUUID().toString());
        } catch (PortInUse taken) {
            throw new StartRefused(
                    Addresses.shown(addresses.listen())
                            + " is in use by another program: stop it, or set POSTERN_LISTEN",
                    taken);
        }
    }

    Addresses addresses() {
        return addresses;
    }

    ServerDefinitions servers() {
        return servers;
    }

    SignIn signIn() {
        return signIn;
    }

    /**
     * Whether {@link #close} should be given longer, see {@link
     * postern.forge.Upstream#isExchanging}.
     */
    boolean isExchanging() {
        return signIn.upstream().isExchanging();
    }

    /** Lets short answers finish, answers the rest, ends the children and then the connections. */
    @Override
    public void close() {
        health.stopping();
        http.stopAccepting();
        awaitAnswers(IN_FLIGHT);
        sessions.close();
        awaitAnswers(LAST_ANSWERS);
        awaitLastRequests();
        closing.close();
    }

    private void awaitAnswers(Duration patience) {
        try {
            if (!http.awaitIdle(patience)) LOG.atInfo().log("app.stop.requests-in-flight");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitLastRequests() {
        try {
            http.awaitUnconnected(NEXT_REQUEST);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
