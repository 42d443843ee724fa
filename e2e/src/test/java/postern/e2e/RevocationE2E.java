package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.EventStream;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Design section 7, "takes effect within one second"; oauth-rules K, facts/forgejo A7 and A11. */
class RevocationE2E {
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    @Test
    void a_revoked_token_is_refused_at_once_and_child_and_stream_are_gone_within_a_second()
            throws Exception {
        try (Installation installation = fixture(ForgejoDoubleOptions.standard());
                McpClient session = installation.signIn("alice").openSession()) {
            SignedIn alice = installation.signIn("alice");
            try (McpClient hers = alice.openSession();
                    EventStream stream = hers.openStream("")) {
                ProcessHandle child = Whoami.ask(hers).process();
                assertEquals(200, alice.revoke(alice.tokens().refreshToken()).status());
                assertEquals(401, ping(hers).status());
                assertEquals(400, alice.refresh().status());
                long gone = Await.until("child gone", ONE_SECOND, () -> !child.isAlive());
                Await.until("stream ended", ONE_SECOND, stream::hasEnded);
                Figures.print("child gone after revocation", gone + " ms");
            }
            assertEquals(200, ping(session).status(), "the other grant of the same person");
        }
    }

    @Test
    void either_token_ends_the_grant() throws Exception {
        try (Installation installation = fixture(ForgejoDoubleOptions.standard())) {
            SignedIn alice = installation.signIn("alice");
            try (McpClient session = alice.openSession()) {
                assertEquals(200, alice.revoke(alice.tokens().accessToken()).status());
                assertEquals(401, ping(session).status());
            }
        }
    }

    @Test
    void a_grant_that_vanished_at_the_forge_ends_ours_within_a_second_of_the_first_refusal()
            throws Exception {
        try (Installation installation = fixture(ForgejoDoubleOptions.standard())) {
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            try (McpClient hers = alice.openSession();
                    McpClient his = bob.openSession()) {
                ProcessHandle child = Whoami.ask(hers).process();
                assertTrue(forgeUser(hers).startsWith("200 "), "before");
                installation.forge().revokeGrant("alice", installation.app().clientId());
                String refused = forgeUser(hers);
                assertFalse(refused.startsWith("200 "), refused);
                long millis =
                        Await.until(
                                "alice is refused",
                                ONE_SECOND,
                                () -> ping(hers).status() == 401 && !child.isAlive());
                Figures.print("grant ended after the forge's refusal", millis + " ms");
                assertEquals(400, alice.refresh().status());
                assertEquals("invalid_grant", alice.refresh().json().path("error").asText());
                assertTrue(forgeUser(his).startsWith("200 "), "bob is not touched");
            }
        }
    }

    @Test
    void a_refresh_at_the_forge_is_invisible_to_a_session() throws Exception {
        var options =
                ForgejoDoubleOptions.standard().withAccessTokenLifetime(Duration.ofSeconds(3));
        try (Installation installation = fixture(options);
                McpClient session = installation.signIn("alice").openSession()) {
            ProcessHandle child = Whoami.ask(session).process();
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            int calls = 0;
            while (installation.forge().tokenRequestCount("refresh_token") < 2) {
                assertTrue(System.nanoTime() < deadline, "two refreshes within 20 s");
                String answer = forgeUser(session);
                assertTrue(
                        answer.startsWith("200 ") && answer.contains("alice"),
                        () -> answer + "\n" + installation.story());
                assertEquals("done", session.callTool("slow", "{\"ms\":100}").toolText());
                calls++;
            }
            assertTrue(forgeUser(session).startsWith("200 "));
            assertTrue(child.isAlive(), "the same child all the time");
            Figures.print("calls over two refreshes at the forge", String.valueOf(calls));
        }
    }

    private static Installation fixture(ForgejoDoubleOptions options)
            throws IOException, InterruptedException {
        return Installation.withFixture(options, Map.of());
    }

    private static McpAnswer ping(McpClient session) throws IOException {
        return session.request("ping", JsonNodeFactory.instance.objectNode());
    }

    /** Status and body of the forge's answer to the child, over the relay. */
    private static String forgeUser(McpClient session) throws IOException {
        McpAnswer answer = session.callTool("forgejo-user", "{}");
        boolean answered = answer.message().filter(json -> json.has("result")).isPresent();
        return answered ? answer.toolText() : "refused: " + answer;
    }
}
