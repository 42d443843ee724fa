package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import postern.testkit.forgejo.Fault;
import postern.testkit.mcp.McpClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a child can read that does all it can to see a real token, or the dummy token of another
 * person's child: all processes of the machine, and all that the forge repeats in its errors.
 *
 * <p>One thing no relay can prevent: a process of the same user that shares the process table reads
 * the environment of the other child itself. That is why servers without containment have to be
 * trusted ones; docs/security.md says so, and this test shows that it is the only way.
 */
class HostileChildReadsE2E {
    private static final Pattern DUMMY = Pattern.compile("FORGEJO_ACCESS_TOKEN=([^\\x00]+)");

    @ParameterizedTest
    @EnumSource(HeldChild.class)
    void a_child_reads_no_real_token_anywhere(HeldChild held) throws Exception {
        // Namespaces for ordinary users are the kernel's choice, and many containers forbid them.
        // Without them the third way cannot be tried; the other two are always there.
        assumeTrue(held.isOffered(), held + " is not offered by this machine");
        try (Installation installation = HostileChild.installation(held)) {
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            try (McpClient hers = alice.openSession();
                    McpClient his = bob.openSession()) {
                String others = dummyOf(installation, "bob");
                var child =
                        new HostileChild(
                                hers, HostileChild.secrets(installation, List.of(alice, bob)));
                String environments = child.take("of-all-processes", "file", "environ");
                assertTrue(environments.contains("ptn_dummy_"), "it sees its own");
                if (!held.sharesTheProcessTable()) assertFalse(environments.contains(others));
                child.alsoSecret("dummy token of another", others);
                child.take("of-all-processes", "file", "cmdline");
                installation.forge().clearRequests();
                errors(child, installation);
                assertEquals(List.of(), child.found());
                assertEquals(Set.of(), HostileChild.wrongAtForge(installation));
            }
        }
    }

    /** The grant ends by it. */
    private static void errors(HostileChild child, Installation installation) throws IOException {
        for (int status : List.of(200, 400, 403, 404, 422, 500, 503)) {
            String path = "/api/v1/echo" + status;
            installation.forge().addFault(path, new Fault.EchoSecrets(status), 1);
            String answer =
                    child.take(
                            "send-raw",
                            "text",
                            "GET " + path + " HTTP/1.1\r\n" + HostileChild.GIVEN + "\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
            assertTrue(answer.contains("***"), () -> "it was echoed and starred out: " + answer);
        }
        installation.forge().revokeGrant("alice", installation.app().clientId());
        child.whatever("GET /api/v1/user HTTP/1.1\r\n" + HostileChild.GIVEN + "\r\n");
    }

    private static String dummyOf(Installation installation, String login) throws IOException {
        for (ProcessHandle child : installation.postern().descendants()) {
            Path file = Path.of("/proc", Long.toString(child.pid()), "environ");
            String environment = new String(Files.readAllBytes(file), ISO_8859_1);
            Matcher dummy = DUMMY.matcher(environment);
            if (environment.contains("=" + login + "\0") && dummy.find()) return dummy.group(1);
        }
        throw new IOException("no child of " + login);
    }
}
