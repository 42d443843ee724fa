package postern.testkit.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.wire.WireConnection;
import postern.testkit.wire.WireRequest;
import postern.testkit.wire.WireServer;

import java.io.IOException;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A running provider with one client. All methods may be called from any thread; closing twice is
 * harmless and ends hanging requests.
 */
public final class OidcDouble implements AutoCloseable {
    /** With characters that have to be encoded before they go into a Basic header. */
    public static final String CLIENT_ID = "postern:client";

    public static final String CLIENT_SECRET = "secret+of/the:client=100%";
    private static final String PATH = "/op";

    private final OidcDoubleOptions options;
    private final WireServer server;
    private final String issuer;
    private final Discovery discovery;
    private final Codes codes = new Codes();
    private final Map<String, OidcPerson> people = new ConcurrentHashMap<>();
    private final Map<String, OidcPerson> owners = new ConcurrentHashMap<>();
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private volatile Keys keys;
    private volatile Optional<OidcPerson> signedIn = Optional.empty();
    private Lie lie = Lie.NONE;
    private int rotations;

    private OidcDouble(OidcDoubleOptions options) throws IOException {
        this.options = options;
        this.keys = Keys.make("key-0", options.algorithm());
        this.server = new WireServer(options.port(), this::handle);
        this.issuer = base() + (options.slash() ? "/" : "");
        this.discovery = new Discovery(issuer, base(), options);
    }

    public static OidcDouble start(OidcDoubleOptions options) throws IOException {
        return new OidcDouble(options);
    }

    private String base() {
        return "http://127.0.0.1:" + server.port() + PATH;
    }

    public String issuer() {
        return issuer;
    }

    /** They sign in by their username, or by their subject if they have none. */
    public void add(OidcPerson person) {
        people.put(person.username().orElse(person.subject()), person);
    }

    /** From now on the sign-in form is left out: this person has a session. */
    public void keepSignedIn(OidcPerson person) {
        signedIn = Optional.of(person);
    }

    /** Signs with another key from now on, and publishes only that. */
    public void rotateKeys() {
        rotations++;
        keys = Keys.make("key-" + rotations, options.algorithm());
    }

    /** One lie at a time; requests that hang for another one go on. */
    public synchronized void tell(Lie value) {
        lie = value;
        notifyAll();
    }

    private synchronized Lie lie() {
        return lie;
    }

    private synchronized void hangWhile(Lie hanging, WireConnection connection)
            throws InterruptedException {
        while (lie == hanging) wait();
        connection.close();
    }

    /** Refuses connections until {@link #comeBack}. */
    public void goAway() throws IOException {
        server.refuseConnections();
    }

    public void comeBack() throws IOException {
        server.acceptConnections();
    }

    /** How many requests came to {@code /authorize}, {@code /token}, {@code /keys} and so on. */
    public long requestCount(String path) {
        return paths.stream().filter((PATH + path)::equals).count();
    }

    /** Every secret that was handed out: codes and tokens. */
    public List<String> issuedSecrets() {
        return codes.secrets();
    }

    private void handle(WireRequest request, WireConnection connection)
            throws IOException, InterruptedException {
        paths.add(request.path());
        switch (request.path()) {
            case PATH + "/.well-known/openid-configuration" -> discovery(connection);
            case PATH + "/keys" -> keys(connection);
            case PATH + "/authorize" -> authorize(Wire.query(request), connection);
            case PATH + "/sign-in" -> signIn(Wire.form(request), connection);
            case PATH + "/token" -> token(request, connection);
            case PATH + "/userinfo" -> userInfo(request, connection);
            default -> Wire.json(connection, 404, "{}", now());
        }
    }

    private Instant now() {
        return options.clock().instant();
    }

    private void discovery(WireConnection to) throws IOException, InterruptedException {
        switch (lie()) {
            case DISCOVERY_REDIRECTS -> Wire.redirect(to, base() + "/elsewhere", now());
            case DISCOVERY_MISSING -> Wire.json(to, 404, "{}", now());
            case DISCOVERY_FAILS -> Wire.json(to, 503, "{}", now());
            case DISCOVERY_HANGS -> hangWhile(Lie.DISCOVERY_HANGS, to);
            default -> Wire.json(to, 200, discovery.document(lie()), now());
        }
    }

    private void keys(WireConnection to) throws IOException {
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        ArrayNode list = set.putArray("keys");
        switch (lie()) {
            case KEYS_REDIRECT -> {
                Wire.redirect(to, base() + "/elsewhere", now());
                return;
            }
            case KEYS_GARBAGE -> set.put("keys", "none");
            case KEYS_NONE -> {}
            case KEYS_WEAK -> list.add(Keys.make(keys.id(), "RS256", 1024).published());
            default -> {
                // as providers do: what cannot be used here, beside what can
                list.addObject().put("kty", "oct").put("k", "c2hhcmVk").put("kid", keys.id());
                list.addObject().put("kty", "of another world");
                list.add(keys.published());
            }
        }
        Wire.json(to, 200, set.toString(), now());
    }

    private void authorize(Map<String, String> asked, WireConnection to) throws IOException {
        if (signedIn.isPresent()) {
            answer(asked, signedIn.get(), to);
            return;
        }
        var form = new StringBuilder("<!doctype html><form method=post action=sign-in>");
        asked.forEach((name, value) ->
                form.append("<input type=hidden name=\"" + name + "\" value=\"" + value + "\">"));
        Wire.html(to, form + "<input name=person><button>Sign in</button></form>", now());
    }

    private void signIn(Map<String, String> form, WireConnection to) throws IOException {
        OidcPerson person = people.get(form.getOrDefault("person", ""));
        if (person == null) Wire.html(to, "<p>nobody of that name</p>", now());
        else answer(form, person, to);
    }

    private void answer(Map<String, String> asked, OidcPerson person, WireConnection to)
            throws IOException {
        String code =
                codes.issue(
                        new Codes.Issued(
                                person,
                                asked.getOrDefault("nonce", ""),
                                asked.getOrDefault("code_challenge", ""),
                                asked.getOrDefault("redirect_uri", "")));
        String named = lie() == Lie.ANSWER_OF_ANOTHER_ISSUER ? "https://evil.example" : issuer;
        boolean names = options.namesItself() && lie() != Lie.ANSWER_WITHOUT_ISSUER;
        Wire.redirect(
                to,
                asked.get("redirect_uri")
                        + "?code="
                        + code
                        + "&state="
                        + Wire.encoded(asked.getOrDefault("state", ""))
                        + (names ? "&iss=" + Wire.encoded(named) : ""),
                now());
    }

    private void token(WireRequest request, WireConnection to)
            throws IOException, InterruptedException {
        Map<String, String> form = Wire.form(request);
        if (!isClient(request, form)) {
            Wire.json(to, 401, "{\"error\":\"invalid_client\"}", now());
            return;
        }
        Optional<Codes.Issued> issued =
                codes.redeem(
                        form.getOrDefault("code", ""),
                        form.getOrDefault("code_verifier", ""),
                        form.getOrDefault("redirect_uri", ""));
        if (issued.isEmpty()) {
            Wire.json(to, 400, "{\"error\":\"invalid_grant\"}", now());
            return;
        }
        switch (lie()) {
            case TOKEN_HANGS -> hangWhile(Lie.TOKEN_HANGS, to);
            case TOKEN_FAILS -> Wire.json(to, 500, "{}", now());
            case TOKEN_GARBAGE -> Wire.html(to, "<p>sign in first</p>", now());
            case TOKEN_HUGE -> Wire.json(to, 200, " ".repeat(2 * 1024 * 1024), now());
            default -> Wire.json(to, 200, tokens(issued.get()).toString(), now());
        }
    }

    private void userInfo(WireRequest request, WireConnection to) throws IOException {
        String bearer = request.header("Authorization").orElse("").replaceFirst("^Bearer ", "");
        OidcPerson person = owners.get(bearer);
        if (person == null) {
            Wire.json(to, 401, "{}", now());
            return;
        }
        if (lie() == Lie.USERINFO_FAILS) {
            Wire.json(to, 502, "{}", now());
            return;
        }
        ObjectNode claims = JsonNodeFactory.instance.objectNode();
        claims.put(
                "sub",
                lie() == Lie.USERINFO_OF_ANOTHER_PERSON ? "somebody-else" : person.subject());
        person.username().ifPresent(name -> claims.put("preferred_username", name));
        person.groups().forEach(claims.putArray("groups")::add);
        Wire.json(to, 200, claims.toString(), now());
    }

    private boolean isClient(WireRequest request, Map<String, String> form) {
        if (!options.basic()) {
            return CLIENT_ID.equals(form.get("client_id"))
                    && CLIENT_SECRET.equals(form.get("client_secret"));
        }
        String header = request.header("Authorization").orElse("Basic Og==");
        byte[] decoded = Base64.getDecoder().decode(header.substring("Basic ".length()));
        String[] pair = new String(decoded, UTF_8).split(":", 2);
        return URLDecoder.decode(pair[0], UTF_8).equals(CLIENT_ID)
                && URLDecoder.decode(pair[1], UTF_8).equals(CLIENT_SECRET);
    }

    private ObjectNode tokens(Codes.Issued issued) {
        String access = codes.secret("access-");
        owners.put(access, issued.person());
        ObjectNode answer =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("access_token", access)
                        .put("token_type", "Bearer")
                        .put("expires_in", 300)
                        .put("refresh_token", codes.secret("refresh-"));
        if (lie() == Lie.TOKEN_WITHOUT_ID_TOKEN) return answer;
        var occasion = new IdTokens.Occasion(issued.person(), issued.nonce(), access, now());
        String idToken =
                new IdTokens(issuer, CLIENT_ID, CLIENT_SECRET, options.namesAtUserInfo())
                        .mint(occasion, keys, lie());
        return answer.put("id_token", codes.remembered(idToken));
    }

    @Override
    public void close() {
        tell(Lie.NONE);
        server.close();
    }
}
