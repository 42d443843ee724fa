package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.core.Undo;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is left of the children when the program dies without a word. Design section 9. */
class ProcessesE2E {
    private static final int GRANTS = 4;
    private static final int SESSIONS_OF_A_GRANT = 5;

    @Test
    void after_kill_9_none_of_twenty_children_lives_longer_than_five_seconds() throws Exception {
        try (Installation installation =
                        Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
                var open = new Undo()) {
            List<ProcessHandle> children = new ArrayList<>();
            for (int i = 0; i < GRANTS; i++) {
                SignedIn grant = installation.signIn(i % 2 == 0 ? "alice" : "bob");
                for (int j = 0; j < SESSIONS_OF_A_GRANT; j++) {
                    McpClient session = open.own(grant.openSession());
                    children.add(Whoami.ask(session).process());
                }
            }
            assertEquals(GRANTS * SESSIONS_OF_A_GRANT, children.stream().distinct().count());
            assertTrue(children.stream().allMatch(ProcessHandle::isAlive));
            installation.postern().kill();
            long millis =
                    Await.until(
                            "all children gone",
                            Duration.ofSeconds(5),
                            () -> children.stream().noneMatch(ProcessHandle::isAlive));
            Figures.print("20 children gone after kill -9", millis + " ms");
        }
    }

    @Test
    void a_daemon_of_a_child_that_outlived_kill_9_is_killed_at_the_next_start() throws Exception {
        try (Installation installation =
                        Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
                McpClient session = installation.signIn("alice").openSession()) {
            ProcessHandle daemon = spawned(session, "spawn-daemon");
            PosternProcess first = installation.postern();
            try {
                first.kill();
                Await.until("killed", Duration.ofSeconds(5), () -> !first.isAlive());
                Figures.print(
                        "a daemonised grandchild right after kill -9",
                        daemon.isAlive() ? "lives, as nothing contains it" : "is gone");
                installation.startAgain();
                Await.until("daemon gone", Duration.ofSeconds(5), () -> !daemon.isAlive());
            } finally {
                daemon.destroyForcibly();
            }
        }
    }

    @Test
    void the_end_of_a_session_ends_the_daemon_of_its_child_too() throws Exception {
        try (Installation installation =
                        Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
                McpClient session = installation.signIn("alice").openSession()) {
            ProcessHandle daemon = spawned(session, "spawn-daemon");
            ProcessHandle grandchild = spawned(session, "spawn-child");
            try {
                assertEquals(2, session.delete().status() / 100);
                Await.until(
                        "descendants gone",
                        Duration.ofSeconds(5),
                        () -> !daemon.isAlive() && !grandchild.isAlive());
            } finally {
                daemon.destroyForcibly();
                grandchild.destroyForcibly();
            }
        }
    }

    private static ProcessHandle spawned(McpClient session, String tool) throws IOException {
        McpAnswer answer = session.callTool(tool, "{}");
        Optional<ProcessHandle> process =
                ProcessHandle.of(Long.parseLong(answer.toolText().strip()));
        assertTrue(process.isPresent() && process.get().isAlive(), answer::toString);
        return process.get();
    }
}
