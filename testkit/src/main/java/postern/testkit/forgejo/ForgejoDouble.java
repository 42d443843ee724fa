package postern.testkit.forgejo;

import postern.testkit.wire.WireServer;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A running double. Its methods are the hands of the operator and of the person at the settings
 * page; everything else happens over HTTP, as with the real forge. What else can be done to it is
 * at {@link #operator}, {@link #content} and in {@link Fault}.
 *
 * <p>All methods may be called from any thread; closing twice is harmless and ends hanging
 * requests.
 */
public final class ForgejoDouble implements AutoCloseable {
    static final String CONTROL_PATH = "/_double/";

    private final Book book = new Book();
    private final Repositories repositories = new Repositories(book);
    private final Faults faults = new Faults();
    private final RequestLog log = new RequestLog();
    private final WireServer server;
    private final Site site;
    private final ForgejoOperator operator;
    private final ForgejoContent content = new ForgejoContent(repositories);

    private ForgejoDouble(ForgejoDoubleOptions options) throws IOException {
        var conduct = new Conduct(options);
        var doorkeeper = new Doorkeeper();
        server = new WireServer(options.port(), doorkeeper);
        site = new Site(options.rootUrl().orElseGet(this::address), conduct);
        operator = new ForgejoOperator(conduct, book, repositories, server);
        DoubleRoutes routes = DoubleRoutes.of(conduct, site, book, repositories);
        var control = new ControlEndpoints(this);
        doorkeeper.open(new FrontDoor(conduct, faults, log, routes::handle, control));
    }

    /** Starts a double on loopback. */
    public static ForgejoDouble start(ForgejoDoubleOptions options) throws IOException {
        return new ForgejoDouble(options);
    }

    /** ROOT_URL with its trailing slash: the address that the forge writes into its answers. */
    public URI rootUrl() {
        return site.rootUrl();
    }

    /** Where the double is really reached, with a trailing slash. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.port() + "/");
    }

    /** What an administrator does while the forge runs. */
    public ForgejoOperator operator() {
        return operator;
    }

    /** What people put into their repositories. */
    public ForgejoContent content() {
        return content;
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
        operator.prohibit(login, true);
    }

    public DoubleApp registerApp(String name, List<String> redirectUris, boolean confidential) {
        return book.addApp(0, name, redirectUris, confidential);
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
        return book.addPersonalToken(
                user(login).id(), Scopes.ofGrant(scopes, site.conduct().personality()));
    }

    /** Applies a fault to the next {@code times} requests whose path begins so. */
    public FaultSwitch addFault(String pathPrefix, Fault fault, long times) {
        return faults.add(
                new FaultSwitch(exchange -> exchange.path().startsWith(pathPrefix), fault, times));
    }

    /** Applies a fault to the next {@code times} requests to this endpoint. */
    public FaultSwitch addFault(Endpoint endpoint, Fault fault, long times) {
        return faults.add(new FaultSwitch(endpoint::covers, fault, times));
    }

    /** Applies a fault to every request to this endpoint until it is switched off. */
    public FaultSwitch switchOn(Endpoint endpoint, Fault fault) {
        return addFault(endpoint, fault, Long.MAX_VALUE);
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
        addFault(Endpoint.TOKEN, new Fault.LoseAnswer(), 1);
    }

    /** The token endpoint answers this page instead of JSON until faults are cleared. */
    public void answerHtmlAtTokenEndpoint(int status) {
        addFault(Endpoint.TOKEN, Fault.html(status), Long.MAX_VALUE);
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
        server.close();
    }

    private DoubleUser user(String login) {
        return book.user(login)
                .orElseThrow(() -> new IllegalArgumentException("no user has this login"));
    }

    private DoubleApp app(String clientId) {
        return book.app(clientId)
                .orElseThrow(() -> new IllegalArgumentException("no app has this client id"));
    }
}
