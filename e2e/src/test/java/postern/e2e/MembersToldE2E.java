package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoDoubleOptions;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What people and operators are told about who may come in, and about the forge they come from. */
class MembersToldE2E extends MembersBench {
    @Test
    void wrong_entries_stop_the_start_in_one_line_each() throws Exception {
        try (Installation installation = fixture("alice")) {
            Map<String, String> wrong =
                    Map.of(
                            "POSTERN_ALLOW",
                            "bob, org:team",
                            "POSTERN_DATA_DIR",
                            installation.folder().resolve("none").toString());
            String refusal = Cli.run(installation.folder(), wrong, "serve").refusal();
            assertEquals(
                    "postern: POSTERN_ALLOW has 'org:team', but a team is written ORG/TEAM, all"
                            + " else as a name (for example alice, example-org,"
                            + " example-org/maintainers)",
                    refusal);
            Map<String, String> team =
                    Map.of(
                            "POSTERN_ADMINS",
                            "acme/dev",
                            "POSTERN_DATA_DIR",
                            installation.folder().resolve("none").toString());
            refusal = Cli.run(installation.folder(), team, "serve").refusal();
            assertTrue(refusal.contains("'acme/dev', but people of the built-in"), refusal);
        }
    }

    @Test
    void an_administrator_is_told_so_and_comes_in_without_being_listed() throws Exception {
        Map<String, String> lists = Map.of("POSTERN_ALLOW", "acme", "POSTERN_ADMINS", "ops/admins");
        try (Installation installation =
                Installation.withFixture(ForgejoDoubleOptions.standard(), lists)) {
            installation.forge().setGroups("alice", "acme");
            installation.forge().setGroups("bob", "ops", "ops:admins");
            String words = "You are an administrator of this Postern";
            Page page = account(installation, "alice");
            assertFalse(page.text().contains(words), page::text);
            page = account(installation, "bob");
            assertTrue(page.text().contains(words), page::text);
        }
    }

    @Test
    void a_consent_that_is_wider_or_narrower_is_shown_with_what_to_do() throws Exception {
        try (Installation installation =
                Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of())) {
            installation.signIn("alice");
            String client = installation.app().clientId();
            var operator = installation.forge().operator();
            operator.setGrantScope("alice", client, "all");
            Page page = lastPage(installation, "alice");
            assertTrue(page.text().contains("Full access."), page::text);
            assertTrue(page.text().contains("Authorized OAuth2 applications"), page::text);
            operator.setGrantScope("alice", client, "write:repository write:admin");
            page = lastPage(installation, "alice");
            assertTrue(page.text().contains("more than it asked for: write:admin"), page::text);
            assertTrue(page.text().contains("Less than was asked."), page::text);
            assertTrue(page.text().contains("write:issue"), page::text);
            operator.setGrantScope("alice", client, "read:user");
            page = lastPage(installation, "alice");
            assertTrue(page.text().contains("Only reading."), page::text);
            assertFalse(page.text().contains("asks for no more"), page::text);
        }
    }

    @Test
    void what_the_registration_lacks_is_logged_at_the_start_and_a_forge_that_is_down_is_too()
            throws Exception {
        try (Installation installation = fixture("alice")) {
            assertTrue(installation.postern().stderr().contains("app.forge.looked-at"));
            assertFalse(installation.postern().stderr().contains("app.forge.not-ready"));
            stop(installation);
            installation
                    .forge()
                    .operator()
                    .setRedirectUris(
                            installation.app().clientId(),
                            List.of("https://elsewhere.example.org/cb"));
            installation.startAgain();
            String log = installation.postern().stderr();
            assertTrue(log.contains("redirect URI") && log.contains("not registered: add "), log);
            stop(installation);
            installation.forge().operator().refuseConnections();
            installation.startAgain();
            assertTrue(
                    installation.postern().stderr().contains("refuses the connection"),
                    installation.postern().stderr());
        }
    }

    private static void stop(Installation installation) throws Exception {
        installation.postern().terminate();
        Await.until("ended", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
    }
}
