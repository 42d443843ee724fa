package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.EventStream;
import postern.testkit.mcp.McpClient;
import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Start with no configuration, idle memory, and stop. Design section 13. */
class StartE2E {
    private static final int STARTS = 5;
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(2);

    @Test
    void start_to_ready(@TempDir Path scratch) throws Exception {
        List<Long> fresh = new ArrayList<>();
        List<Long> again = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            Path folder = Files.createDirectory(scratch.resolve("start-" + i));
            fresh.add(startAndStop(folder));
            again.add(startAndStop(folder));
        }
        Figures.printMillis("start to ready, first start", fresh);
        Figures.printMillis("start to ready, data there", again);
    }

    private static long startAndStop(Path folder) throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (PosternProcess postern = PosternProcess.start(noConfiguration(folder))) {
            long millis = (System.nanoTime() - began) / 1_000_000;
            postern.terminate();
            assertTrue(postern.awaitExit(STOP).isPresent(), "stops in time");
            return millis;
        }
    }

    @Test
    void idle_memory(@TempDir Path folder) throws Exception {
        try (PosternProcess postern = PosternProcess.start(noConfiguration(folder))) {
            assertTrue(postern.awaitExit(IDLE).isEmpty(), "still runs");
            for (String line : memory(postern.pid())) {
                if (line.matches("(Rss|Pss|VmRSS):.*")) {
                    Figures.print("memory after 5 s idle", line.replaceAll("[ \\t]+", " "));
                }
            }
            postern.terminate();
        }
    }

    /** The program hides from its own user; what everybody may see has to do then. */
    private static List<String> memory(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            return Files.readAllLines(process.resolve("smaps_rollup"));
        } catch (IOException hidden) {
            return Files.readAllLines(process.resolve("status"));
        }
    }

    @Test
    void the_sign_in_code_and_the_address_are_printed(@TempDir Path folder) throws Exception {
        try (PosternProcess postern = PosternProcess.start(noConfiguration(folder))) {
            assertTrue(
                    postern.stdout().lines().anyMatch(l -> l.contains("ready at " + postern.url())),
                    postern.stdout());
            assertTrue(
                    postern.stdout()
                            .lines()
                            .anyMatch(l -> l.matches(".*sign-in code.*[A-Z0-9]{5}-[A-Z0-9]{5}.*")),
                    postern.stdout());
        }
    }

    @Test
    void sigterm_with_a_session_and_a_stream_open_ends_everything_within_two_seconds()
            throws Exception {
        try (Installation installation =
                        Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
                McpClient session = installation.signIn("alice").openSession();
                EventStream stream = session.openStream("")) {
            PosternProcess postern = installation.postern();
            ProcessHandle child = Whoami.ask(session).process();
            assertEquals(200, stream.status());
            assertFalse(stream.hasEnded());
            long began = System.nanoTime();
            postern.terminate();
            OptionalInt status = postern.awaitExit(STOP);
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertTrue(status.isPresent(), () -> "still runs: " + postern.stderr());
            Figures.print("SIGTERM to exit, one session", millis + " ms");
            assertFalse(child.isAlive(), "the child is gone");
            assertEquals(List.of(), List.copyOf(postern.survivors()));
            assertFalse(postern.stderr().contains("overdue"), postern.stderr());
        }
    }

    private static PosternProcess.Settings noConfiguration(Path folder) {
        return PosternProcess.Settings.standard()
                .withArguments("serve")
                .withFolder(folder)
                .withReadiness(Readiness.readyLine());
    }
}
