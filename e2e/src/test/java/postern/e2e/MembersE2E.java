package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.Test;

import postern.testkit.browser.Page;
import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.oauth.Tokens;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** Who may come in, with the packaged program; facts/forgejo A8, A9 and A11. */
class MembersE2E extends MembersBench {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    /** The program looks every five seconds. */
    private static final Duration A_LOOK = Duration.ofSeconds(8);

    @Test
    void login_organisation_and_team_open_and_a_stranger_gets_a_page_and_leaves_nothing()
            throws Exception {
        try (Installation installation = fixture("alice, umbrella, Acme/dev")) {
            installation.signIn("alice");
            installation.forge().setGroups("bob", "acme");
            Page page = lastPage(installation, "bob");
            assertEquals(403, page.status(), page::toString);
            assertTrue(page.text().contains("signed in as bob with Forgejo at"), page::text);
            assertTrue(page.text().contains("Ask whoever runs this server"), page::text);
            assertTrue(page.text().contains("sign out there first"), page::text);
            assertTrue(page.body().contains("error=access_denied"), page::body);
            assertFalse(Cli.ok(installation, "grants", "list").contains("bob"));
            assertEquals(0, known(installation, "bob"));
            page = account(installation, "bob");
            assertEquals(403, page.status(), page::toString);
            assertTrue(page.text().contains("signed in as bob"), page::text);
            assertEquals(0, known(installation, "bob"), "nor after the account page");
            installation.forge().setGroups("bob", "acme", "acme:dev");
            installation.signIn("bob");
            installation.forge().setGroups("bob", "umbrella");
            installation.signIn("bob");
            assertEquals(1, known(installation, "bob"));
        }
    }

    @Test
    void a_removed_member_is_out_at_the_next_refresh_and_others_stay() throws Exception {
        var options =
                ForgejoDoubleOptions.standard().withAccessTokenLifetime(Duration.ofSeconds(3));
        try (Installation installation =
                Installation.withFixture(options, Map.of("POSTERN_ALLOW", "acme"))) {
            installation.forge().setGroups("alice", "acme");
            installation.forge().setGroups("bob", "acme");
            SignedIn alice = installation.signIn("alice");
            try (McpClient hers = alice.openSession();
                    McpClient his = installation.signIn("bob").openSession()) {
                ProcessHandle child = Whoami.ask(hers).process();
                assertTrue(forgeUser(hers).startsWith("200 "), "before");
                installation.forge().setGroups("alice");
                Await.until(
                        "alice is out",
                        Duration.ofSeconds(10),
                        () -> {
                            forgeUser(hers);
                            return ping(hers).status() == 401;
                        });
                Await.until("child gone", ONE_SECOND, () -> !child.isAlive());
                assertEquals("invalid_grant", alice.refresh().json().path("error").asText());
                assertTrue(forgeUser(his).startsWith("200 "), "bob stays");
                assertTrue(installation.postern().stderr().contains("forge.person.not-allowed"));
            }
        }
    }

    @Test
    void a_removed_member_whose_child_asks_the_forge_nothing_is_out_after_the_hour()
            throws Exception {
        try (Installation installation = controlled("acme")) {
            installation.forge().setGroups("alice", "acme");
            installation.forge().setGroups("bob", "acme");
            installation.forge().addUser("carol", "password");
            installation.forge().setGroups("carol", "acme");
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            SignedIn carol = installation.signIn("carol");
            try (McpClient hers = alice.openSession();
                    McpClient his = bob.openSession()) {
                ProcessHandle child = Whoami.ask(hers).process();
                installation.forge().setGroups("alice");
                installation.forge().setGroups("carol");
                installation.control().advance(Duration.ofMinutes(20));
                assertEquals(200, ping(hers).status());
                installation.control().advance(Duration.ofMinutes(20));
                assertEquals(200, ping(hers).status());
                assertEquals(200, ping(his).status());
                installation.control().advance(Duration.ofMinutes(21));
                long millis = Await.until("child gone", A_LOOK, () -> !child.isAlive());
                assertEquals("invalid_grant", alice.refresh().json().path("error").asText());
                assertEquals(
                        "invalid_grant",
                        carol.refresh().json().path("error").asText(),
                        "without a session, at the refresh");
                renewed(bob, his);
                assertEquals(200, ping(his).status());
                Figures.print("removed member out after the hour", millis + " ms");
            }
        }
    }

    @Test
    void an_outage_of_userinfo_ends_no_grant_and_access_waits_after_another_hour()
            throws Exception {
        try (Installation installation = controlled("acme")) {
            installation.forge().setGroups("alice", "acme");
            SignedIn alice = installation.signIn("alice");
            try (McpClient session = alice.openSession()) {
                ProcessHandle first = Whoami.ask(session).process();
                installation.forge().switchOn(Endpoint.USERINFO, Fault.status(502));
                installation.control().advance(Duration.ofMinutes(50));
                alice = renewed(alice, session);
                installation.control().advance(Duration.ofMinutes(50));
                assertTrue(forgeUser(session).startsWith("200 "), "goes on after 100 minutes");
                alice = renewed(alice, session);
                installation.control().advance(Duration.ofMinutes(21));
                Await.until("child stopped", A_LOOK, () -> !first.isAlive());
                assertEquals(503, whoami(session).status(), "no token, no forge, no access");
                assertTrue(Cli.ok(installation, "grants", "list").contains("alice"));
                installation.forge().clearFaults();
                installation.control().advance(Duration.ofSeconds(6));
                Whoami again = Whoami.ask(session);
                assertNotEquals(first.pid(), again.process().pid(), "the same session goes on");
                assertEquals("alice", again.login());
            }
        }
    }

    @Test
    void a_renamed_login_keeps_its_grants_and_one_made_anew_inherits_none() throws Exception {
        try (Installation installation = fixture("acme")) {
            installation.forge().setGroups("alice", "acme");
            installation.forge().setGroups("bob", "acme");
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            installation.forge().renameUser("alice", "alicia");
            installation.forge().operator().replaceUser("bob");
            try (McpClient session = alice.openSession();
                    McpClient old = bob.openSession()) {
                assertTrue(forgeUser(session).contains("alicia"), "her grant goes on");
                assertFalse(forgeUser(old).startsWith("200 "), "the account is gone");
                Await.until("old bob is out", ONE_SECOND, () -> ping(old).status() == 401);
                assertEquals(403, lastPage(installation, "bob").status(), "new bob, no member");
                installation.forge().setGroups("bob", "acme");
                SignedIn another = installation.signIn("bob");
                assertEquals(400, bob.refresh().status());
                Cli ambiguous = Cli.run(installation, "grants", "revoke", "--user", "BOB");
                assertEquals(1, ambiguous.status(), ambiguous::toString);
                assertEquals(3, ambiguous.stderr().lines().count(), ambiguous::toString);
                long id = idOf(installation, "bob");
                assertTrue(
                        ambiguous.stderr().contains("--user id:" + id + "  bob"),
                        ambiguous::toString);
                try (McpClient his = another.openSession()) {
                    ProcessHandle child = Whoami.ask(his).process();
                    String done = Cli.ok(installation, "grants", "revoke", "--user", "id:" + id);
                    assertEquals("revoked: 1 grant\n", done);
                    Await.until(
                            "bob is out",
                            ONE_SECOND,
                            () -> ping(his).status() == 401 && !child.isAlive());
                }
                assertEquals(200, ping(session).status(), "and alice is not");
            }
        }
    }

    @Test
    void after_a_start_with_another_list_the_first_use_is_checked_by_it() throws Exception {
        try (Installation installation = fixture("alice,bob")) {
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            installation.postern().terminate();
            Await.until("ended", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
            installation.startAgain(Map.of("POSTERN_ALLOW", "bob"));
            try (McpClient hers = McpClient.of(alice.endpoint(), alice.tokens().accessToken())) {
                assertEquals(401, hers.initialize(SignedIn.VERSION).status());
            }
            assertEquals("invalid_grant", alice.refresh().json().path("error").asText());
            try (McpClient his = bob.openSession()) {
                assertEquals("bob", Whoami.ask(his).login());
            }
        }
    }

    private static Installation controlled(String allow) throws IOException, InterruptedException {
        Map<String, String> settings =
                Map.of("POSTERN_ALLOW", allow, "POSTERN_SESSION_IDLE", "24h");
        return Installation.controlled(ForgejoDoubleOptions.standard(), settings);
    }

    private static McpAnswer ping(McpClient session) throws IOException {
        return session.request("ping", JsonNodeFactory.instance.objectNode());
    }

    /** The client refreshes, as hosts do before the hour is over. */
    private static SignedIn renewed(SignedIn grant, McpClient session) throws IOException {
        Tokens tokens = Tokens.of(grant.refresh());
        session.useBearer(tokens.accessToken());
        return new SignedIn(
                grant.endpoint(), grant.login(), grant.discovery(), grant.client(), tokens);
    }

    private static McpAnswer whoami(McpClient session) throws IOException {
        return session.callTool("whoami", "{}");
    }

    /** Status and body of the forge's answer to the child, over the relay. */
    private static String forgeUser(McpClient session) throws IOException {
        McpAnswer answer = session.callTool("forgejo-user", "{}");
        boolean answered = answer.message().filter(json -> json.has("result")).isPresent();
        return answered ? answer.toolText() : "refused: " + answer;
    }

    private static long idOf(Installation installation, String login) throws Exception {
        String list = Cli.ok(installation, "grants", "list", "--user", login, "--json");
        return JsonMapper.builder().build().readTree(list).get(0).path("user_id").asLong();
    }

    /** People of that login whom the database knows, with whatever hangs from them. */
    private static long known(Installation installation, String login) throws SQLException {
        Path file = installation.folder().resolve("data/postern.db");
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement query =
                        database.prepareStatement("select count(*) from person where login = ?")) {
            query.setString(1, login);
            try (ResultSet rows = query.executeQuery()) {
                return rows.getLong(1);
            }
        }
    }
}
