package postern.testkit.forgejo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A running double. Its methods are the hands of the operator and of the person at the settings
 * page; everything else happens over HTTP, as with the real forge.
 *
 * <p>All methods may be called from any thread; closing twice is harmless and ends hanging
 * requests.
 */
public final class ForgejoDouble implements AutoCloseable {
    static final String CONTROL_PATH = "/_double/";
    private static final String TOKEN_PATH = "/login/oauth/access_token";

    static {
        // The JDK's server writes head and body apart; with Nagle's algorithm that costs 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Book book = new Book();
    private final Repositories repositories = new Repositories(book);
    private final Faults faults = new Faults();
    private final RequestLog log = new RequestLog();
    private final Site site;
    private final DoubleRoutes routes;
    private final ControlEndpoints control;

    private ForgejoDouble(ForgejoDoubleOptions options) throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), 0);
        site = new Site(options.rootUrl().orElseGet(this::address), options.personality());
        var jwts = new Jwts();
        var mint = new TokenMint(options, book, site, jwts);
        var shapes = new ApiShapes(book, site);
        var api = new ApiEndpoints(options, site, new ApiAuthentication(options, book, mint));
        new UserApi(options.personality(), book, shapes).addTo(api);
        new RepositoryApi(repositories, shapes).addTo(api);
        new IssueApi(repositories, shapes).addTo(api);
        var signIn = new SignInPages(options.personality(), book, site);
        routes =
                new DoubleRoutes(
                        api,
                        signIn,
                        new AuthorizePages(options.personality(), book, site, signIn),
                        new TokenEndpoint(options, book, mint),
                        new OidcEndpoints(options, book, mint, site, jwts));
        control = new ControlEndpoints(this);
        server.setExecutor(executor);
        server.createContext("/", this::serve);
    }

    /** Starts a double on loopback. */
    public static ForgejoDouble start(ForgejoDoubleOptions options) throws IOException {
        var started = new ForgejoDouble(options);
        started.server.start();
        return started;
    }

    /** ROOT_URL with its trailing slash: the address that the forge writes into its answers. */
    public URI rootUrl() {
        return site.rootUrl();
    }

    /** Where the double is really reached, with a trailing slash. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Adds a person with a public and a private repository that tell their owner's name. */
    public DoubleUser addUser(String login, String password) {
        DoubleUser user = book.addUser(login, password);
        repositories.seed(user);
        return user;
    }

    /** Sets what userinfo lists as groups: {@code org} and {@code org:team}. */
    public void setGroups(String login, String... groups) {
        book.replace(user(login).inGroups(Arrays.asList(groups)));
    }

    /** Renames a login; the numeric id stays. */
    public void renameUser(String login, String newLogin) {
        book.replace(user(login).rename(newLogin));
    }

    /** From now on the person is prohibited from signing in (sections A7 and A10). */
    public void disableUser(String login) {
        book.replace(user(login).prohibit());
    }

    public DoubleApp registerApp(String name, List<String> redirectUris, boolean confidential) {
        return book.addApp(name, redirectUris, confidential);
    }

    public List<DoubleApp> apps() {
        return book.apps();
    }

    /** Gives the application a new secret and returns it; the old one stops working. */
    public String changeSecret(String clientId) {
        DoubleApp app = app(clientId).withSecret(Randoms.prefixed("gto_"));
        book.replace(app);
        return app.clientSecret();
    }

    public void deleteApp(String clientId) {
        book.deleteApp(clientId);
    }

    /** What the person does on the settings page (section A11). No grant: nothing happens. */
    public void revokeGrant(String login, String clientId) {
        book.grant(user(login).id(), app(clientId).id())
                .ifPresent(grant -> book.removeGrant(grant.id));
    }

    /** The scope that is stored for (user, app), or nothing without a grant. */
    public Optional<String> grantScope(String login, String clientId) {
        return book.grant(user(login).id(), app(clientId).id()).map(grant -> grant.scope);
    }

    /** A personal access token with the given scopes, separated by spaces; {@code all} for all. */
    public String addPersonalToken(String login, String scopes) {
        return book.addPersonalToken(user(login).id(), Scopes.ofGrant(scopes, site.personality()));
    }

    /** Applies a fault to the next {@code times} requests whose path begins so. */
    public void addFault(String pathPrefix, Fault fault, long times) {
        faults.add(pathPrefix, fault, times);
    }

    /** Requests with this path prefix wait until {@link #clearFaults}. */
    public void hang(String pathPrefix) {
        addFault(pathPrefix, new Fault.Hang(), Long.MAX_VALUE);
    }

    /** Requests with this path prefix are served after the delay. */
    public void slow(String pathPrefix, Duration delay) {
        addFault(pathPrefix, new Fault.Slow(delay), Long.MAX_VALUE);
    }

    /** The next token request is processed and rotates, but its answer never arrives. */
    public void loseNextTokenAnswer() {
        addFault(TOKEN_PATH, new Fault.LoseAnswer(), 1);
    }

    /** The token endpoint answers this page instead of JSON until faults are cleared. */
    public void answerHtmlAtTokenEndpoint(int status) {
        addFault(TOKEN_PATH, Fault.html(status), Long.MAX_VALUE);
    }

    /** Ends all faults and lets hanging requests go on. */
    public void clearFaults() {
        faults.clear();
    }

    /** Every finished request in order of arrival; the control endpoints are not in it. */
    public List<LoggedRequest> requests() {
        return log.all();
    }

    /** How many requests were made with this method and exact path. */
    public long requestCount(String method, String path) {
        return requests().stream()
                .filter(request -> request.method().equals(method) && request.path().equals(path))
                .count();
    }

    /** How many token requests of this grant type were made, refused ones included. */
    public long tokenRequestCount(String grantType) {
        return requests().stream().filter(request -> request.grantType().equals(grantType)).count();
    }

    public void clearRequests() {
        log.clear();
    }

    /** Every secret ever issued: tokens, codes, client secrets; for searches by canary tests. */
    public List<String> issuedTokens() {
        return book.issued();
    }

    @Override
    public void close() {
        faults.clear();
        server.stop(0);
        executor.shutdownNow();
    }

    private DoubleUser user(String login) {
        return book.user(login)
                .orElseThrow(() -> new IllegalArgumentException("no user has this login"));
    }

    private DoubleApp app(String clientId) {
        return book.app(clientId)
                .orElseThrow(() -> new IllegalArgumentException("no app has this client id"));
    }

    private void serve(HttpExchange http) throws IOException {
        long sequence = log.next();
        var exchange = new Exchange(http);
        if (exchange.path().startsWith(CONTROL_PATH)) {
            control.handle(exchange);
            exchange.send();
            return;
        }
        try {
            boolean lost = process(exchange);
            // Logged before it is sent: who has the answer finds the request in the log.
            log.add(logged(sequence, exchange, lost));
            if (lost) {
                exchange.lose();
            } else {
                exchange.send();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            exchange.lose();
        }
    }

    /** Whether the answer is to be lost. */
    private boolean process(Exchange exchange) throws InterruptedException {
        Optional<Faults.Active> active = faults.take(exchange.path());
        if (active.isPresent()) {
            switch (active.get().fault()) {
                case Fault.Hang() -> active.get().cleared().await();
                case Fault.Slow(Duration delay) -> Thread.sleep(delay);
                case Fault.Answer(int status, String type, String body) -> {
                    exchange.answer(status, type, body);
                    return false;
                }
                case Fault.LoseAnswer() -> {
                    handle(exchange);
                    return true;
                }
            }
        }
        handle(exchange);
        return false;
    }

    /** A fault of the double itself is told to the caller, not hidden in a broken connection. */
    private void handle(Exchange exchange) {
        try {
            routes.handle(exchange);
        } catch (RuntimeException bug) {
            exchange.text(500, "the double failed: " + bug + "\n");
        }
    }

    private static LoggedRequest logged(long sequence, Exchange exchange, boolean lost) {
        String grantType =
                exchange.path().equals(TOKEN_PATH)
                        ? exchange.fields().getOrDefault("grant_type", "")
                        : "";
        return new LoggedRequest(
                sequence,
                exchange.method(),
                exchange.path(),
                lost ? 0 : exchange.status(),
                exchange.authorizationKind(),
                grantType,
                exchange.login);
    }
}
