package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.mcp.McpClient;
import postern.testkit.oauth.Discovery;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Parameters;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;
import postern.testkit.oauth.Tokens;
import postern.testkit.secrets.SecretSearch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Design section 8, Q2: what a thief of the database has, and where secrets may not be. */
class StolenDatabaseE2E {
    private static final String REDIRECT = "http://127.0.0.1:3456/callback";
    private static final Pattern RELAY_TOKEN = Pattern.compile("FORGEJO_ACCESS_TOKEN=([^\\x00]+)");

    private final SecretSearch search = new SecretSearch();

    private static Installation fixture(Map<String, String> more)
            throws IOException, InterruptedException {
        return Installation.withFixture(ForgejoDoubleOptions.standard(), more);
    }

    private static Path data(Installation installation) {
        return installation.folder().resolve("data");
    }

    private static String forgeUser(McpClient session) throws IOException {
        return session.callTool("forgejo-user", "{}").toolText();
    }

    /** The whole dance, remembering everything that is secret on its way. */
    private SignedIn signIn(Installation installation, String login) throws IOException {
        try (OAuthClient oauth = OAuthClient.create();
                Browser browser = Browser.open()) {
            Discovery discovery = oauth.discover(installation.endpoint());
            RegisteredClient client = oauth.register(discovery, "drill " + login, REDIRECT);
            Pkce pkce = Pkce.create();
            Page consent = browser.get(oauth.authorizeUrl(discovery, client, pkce, "st", Map.of()));
            consent.form("/oauth/consent").fields().stream()
                    .filter(field -> field.value().length() >= 32)
                    .forEach(field -> search.add("form field " + field.name(), field.value()));
            Page agreed = browser.submit(consent.form("/oauth/consent"), "allow");
            URI arrived = new ForgejoPerson(browser, login, "password").walkTo(agreed, REDIRECT);
            browser.cookies().all().stream()
                    .filter(cookie -> cookie.value().length() >= 16)
                    .forEach(cookie -> search.add("cookie " + cookie.name(), cookie.value()));
            String code = Parameters.ofQuery(arrived).get("code");
            Tokens tokens = Tokens.of(oauth.exchange(discovery, client, pkce, code, Map.of()));
            search.add("code of " + login, code).add("verifier of " + login, pkce.verifier());
            remember(login, tokens);
            return new SignedIn(installation.endpoint(), login, discovery, client, tokens);
        }
    }

    private void remember(String whose, Tokens tokens) {
        search.add("access " + tokens.accessToken().hashCode() + whose, tokens.accessToken());
        search.add("refresh " + tokens.refreshToken().hashCode() + whose, tokens.refreshToken());
    }

    private SignedIn refresh(SignedIn grant) throws IOException {
        Tokens tokens = Tokens.of(grant.refresh());
        remember(grant.login(), tokens);
        return new SignedIn(
                grant.endpoint(), grant.login(), grant.discovery(), grant.client(), tokens);
    }

    @Test
    void a_stolen_database_calls_the_forge_as_nobody_even_with_the_master_key() throws Exception {
        // without a grace the rotated token opens nothing from the moment of its rotation
        try (Installation installation = fixture(Map.of("POSTERN_REFRESH_GRACE", "0s"))) {
            SignedIn alice = signIn(installation, "alice");
            SignedIn bob = signIn(installation, "bob");
            SignedIn old = alice;
            try (McpClient session = alice.openSession()) {
                assertTrue(forgeUser(session).contains("alice"));
            }
            alice = refresh(alice);
            assertEquals(200, bob.revoke(bob.tokens().refreshToken()).status());
            installation.postern().terminate();
            Await.until("ended", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
            Path database = data(installation).resolve("postern.db");
            String key = installation.folder().resolve("keys/master.key").toString();

            installation.forge().clearRequests();
            String told = Thief.run(installation, database, "-", List.of());
            assertFalse(told.contains("WON"), told);
            Figures.print("a thief without the key", told.replace('\n', ' '));
            told = Thief.run(installation, database, key, List.of());
            assertTrue(told.contains("opened the vault"), told);
            assertFalse(told.contains("WON"), told);
            told =
                    Thief.run(
                            installation,
                            database,
                            key,
                            List.of(
                                    old.tokens().refreshToken(),
                                    bob.tokens().accessToken(),
                                    bob.tokens().refreshToken()));
            assertFalse(told.contains("WON"), told);
            assertEquals(0, installation.forge().requests().size(), "the forge was not called");
            told = Thief.run(installation, database, "-", List.of(alice.tokens().refreshToken()));
            assertFalse(told.contains("WON"), told);
            for (String live :
                    List.of(alice.tokens().refreshToken(), alice.tokens().accessToken())) {
                told = Thief.run(installation, database, key, List.of(live));
                assertTrue(told.contains("WON") && told.contains("alice"), told);
            }
        }
    }

    @Test
    void no_secret_of_a_flow_is_in_a_file_the_log_or_the_process_table() throws Exception {
        try (Installation installation = fixture(Map.of())) {
            SignedIn alice = signIn(installation, "alice");
            SignedIn bob = signIn(installation, "bob");
            McpClient session = alice.openSession();
            assertTrue(forgeUser(session).contains("alice"));
            alice = refresh(alice);
            alice = refresh(alice);
            try (McpClient his = bob.openSession()) {
                assertTrue(forgeUser(his).contains("bob"));
            }
            bob.revoke(bob.tokens().refreshToken());
            String itsPid = Long.toString(Whoami.ask(session).process().pid());
            Path itsEnvironment = Path.of("/proc", itsPid, "environ");
            String environment = new String(Files.readAllBytes(itsEnvironment), ISO_8859_1);
            Matcher relayToken = RELAY_TOKEN.matcher(environment);
            assertTrue(relayToken.find(), environment);
            int n = 0;
            for (String issued : installation.forge().issuedTokens()) {
                search.add("of the forge " + n++, issued);
            }
            search.add("client secret at the forge", installation.app().clientSecret());
            byte[] key =
                    Base64.getDecoder()
                            .decode(
                                    Files.readString(
                                                    installation
                                                            .folder()
                                                            .resolve("keys/master.key"))
                                            .strip());
            search.add("master key", key);
            var relay = new SecretSearch().add("relay token", relayToken.group(1));
            Path backup = installation.folder().resolve("backup.db");
            Cli.ok(installation, "backup", backup.toString());

            List<String> found = new ArrayList<>();
            long own = installation.postern().pid();
            List<Long> children = new ArrayList<>();
            installation.postern().descendants().forEach(child -> children.add(child.pid()));
            found.addAll(process(own, search));
            found.addAll(process(own, relay));
            boolean relayInChild = false;
            for (long child : children) {
                found.addAll(process(child, search));
                relayInChild |= !process(child, relay).isEmpty();
            }
            assertTrue(relayInChild, "the search finds what a child's own environment has");
            found.addAll(files(installation, search));
            found.addAll(files(installation, relay));
            installation.postern().terminate();
            Await.until("ended", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
            found.addAll(files(installation, search));
            for (SecretSearch one : List.of(search, relay)) {
                found.addAll(one.in("stdout", installation.postern().stdout()));
                found.addAll(one.in("stderr", installation.postern().stderr()));
            }
            assertEquals(List.of(), found);
            Figures.print("secrets searched for, none found", search.size() + 1 + "");
            assertTrue(search.size() > 20);
            session.close();
        }
    }

    private static List<String> files(Installation installation, SecretSearch search)
            throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files =
                Stream.concat(
                        Files.walk(data(installation)),
                        Stream.of(installation.folder().resolve("backup.db")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found.addAll(search.in(file));
            }
        }
        return found;
    }

    private static List<String> process(long pid, SecretSearch search) throws IOException {
        Path folder = Path.of("/proc", Long.toString(pid));
        List<String> found = new ArrayList<>();
        for (String name : List.of("environ", "cmdline")) {
            Path file = folder.resolve(name);
            // a server that hides from its own user is not readable but for an administrator
            if (Files.isReadable(file)) found.addAll(search.in(pid + " " + name, read(file)));
        }
        try (Stream<Path> tasks = Files.list(folder.resolve("task"))) {
            for (Path task : tasks.toList()) {
                found.addAll(search.in("thread name", read(task.resolve("comm"))));
            }
        }
        return found;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException endedMeanwhile) {
            return new byte[0];
        }
    }
}
