package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.Test;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Form;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.mcp.McpClient;
import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rule E11 on the packaged program: what a person and an operator see, and end. */
class AccountE2E {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final Duration COMMAND = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void a_person_revokes_one_of_two_grants_and_the_other_goes_on() throws Exception {
        try (Installation installation = fixture();
                Browser browser = Browser.open()) {
            SignedIn one = installation.signIn("alice");
            SignedIn two = installation.signIn("alice");
            try (McpClient kept = one.openSession();
                    McpClient revoked = two.openSession()) {
                ProcessHandle goesOn = Whoami.ask(kept).process();
                ProcessHandle ends = Whoami.ask(revoked).process();
                Page account = signIn(installation, browser, "alice");
                assertEquals(2, forms(account, "revoke").size(), account::text);
                assertEquals(2, forms(account, "end").size(), account::text);
                assertEquals("alice", forgeUser(kept), "the account sign-in rotated no one away");
                String grant = grantOf(installation, two);
                Form form =
                        forms(account, "revoke").stream()
                                .filter(f -> f.value("grant").orElse("").equals(grant))
                                .findFirst()
                                .orElseThrow();
                assertEquals(303, browser.submit(form, "revoke").status());
                long millis =
                        Await.until(
                                "revoked",
                                ONE_SECOND,
                                () -> status(revoked) == 401 && !ends.isAlive());
                Figures.print("grant over after the person's revocation", millis + " ms");
                assertEquals(400, two.refresh().status());
                assertEquals(200, status(kept));
                assertTrue(goesOn.isAlive());
                Page after = browser.get(installation.publicUrl().resolve("/account"));
                assertEquals(1, forms(after, "revoke").size(), after::text);
                assertEquals(303, browser.submit(forms(after, "end").getFirst(), "end").status());
                Await.until("session ended", ONE_SECOND, () -> status(kept) == 404);
                Await.until("child ended", Duration.ofSeconds(5), () -> !goesOn.isAlive());
                try (McpClient next = one.openSession()) {
                    assertEquals(200, status(next), "the grant itself is live");
                }
            }
        }
    }

    @Test
    void an_operator_revokes_a_person_beside_the_running_server() throws Exception {
        try (Installation installation = fixture()) {
            assertEquals(
                    "there is no grant: nobody has let a program in\n", out(installation, "list"));
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            try (McpClient hers = alice.openSession();
                    McpClient his = bob.openSession()) {
                ProcessHandle child = Whoami.ask(hers).process();
                String list = out(installation, "list");
                List<String> lines = list.lines().toList();
                assertEquals(3, lines.size(), list);
                int column = lines.getFirst().indexOf("USER");
                assertTrue(lines.get(1).startsWith("alice", column), list);
                assertTrue(lines.get(2).startsWith("bob", column), list);
                assertEquals(1, out(installation, "list", "--user", "bob").lines().count() - 1);
                Run run = run(installation, "revoke", "--user", "alice");
                assertEquals(new Run(0, "revoked: 1 grant\n", ""), run);
                long millis =
                        Await.until(
                                "revoked",
                                ONE_SECOND,
                                () -> status(hers) == 401 && !child.isAlive());
                Figures.print("grant over after the operator's command", millis + " ms");
                assertEquals(200, status(his));
                assertEquals(1, run(installation, "revoke", "--user", "alice").status());
                assertEquals(2, run(installation, "revoke").status());
                String grant = grantOf(installation, bob);
                assertEquals(0, run(installation, "revoke", grant).status());
                Await.until("bob is out, too", ONE_SECOND, () -> status(his) == 401);
                assertEquals("revoked: 0 grants\n", out(installation, "revoke", "--all"));
            }
        }
    }

    private static Installation fixture() throws IOException, InterruptedException {
        return Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
    }

    static Page signIn(Installation installation, Browser browser, String login)
            throws IOException {
        Page page = browser.get(installation.publicUrl().resolve("/account"));
        Page sent = browser.submit(page.form(), "sign-in");
        String callback = installation.publicUrl() + "/oauth/callback";
        URI back = new ForgejoPerson(browser, login, "password").walkTo(sent, callback);
        Page account = browser.follow(browser.get(back));
        assertTrue(account.text().contains("signed in as " + login), account::text);
        return account;
    }

    private static List<Form> forms(Page page, String action) {
        List<Form> found = new ArrayList<>();
        for (Form form : page.forms()) {
            if (form.buttons().stream().anyMatch(button -> button.value().equals(action))) {
                found.add(form);
            }
        }
        return found;
    }

    private static int status(McpClient session) throws IOException {
        return session.request("ping", JsonNodeFactory.instance.objectNode()).status();
    }

    private static String forgeUser(McpClient session) throws IOException {
        String answer = session.callTool("forgejo-user", "{}").toolText();
        assertTrue(answer.startsWith("200 "), answer);
        return JSON.readTree(answer.substring(4)).path("login").asText();
    }

    private static String grantOf(Installation installation, SignedIn who) throws Exception {
        for (JsonNode grant : JSON.readTree(out(installation, "list", "--json"))) {
            if (grant.path("client_id").asText().equals(who.client().clientId())) {
                assertFalse(grant.path("resource").asText().isEmpty());
                return grant.path("id").asText();
            }
        }
        throw new AssertionError("not listed");
    }

    private record Run(int status, String out, String err) {}

    private static String out(Installation installation, String... arguments) throws Exception {
        Run run = run(installation, arguments);
        assertEquals(0, run.status(), run::toString);
        return run.out();
    }

    private static Run run(Installation installation, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "grants";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        var settings =
                PosternProcess.Settings.standard()
                        .withArguments(all)
                        .withFolder(installation.folder())
                        .withEnvironment(installation.environment());
        try (PosternProcess command = PosternProcess.launch(settings)) {
            int status = command.awaitExit(COMMAND).orElseThrow();
            return new Run(status, command.stdout(), command.stderr());
        }
    }
}
