package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** After a kill -9 of the whole program. */
class KilledSupervisorTest extends ChildTest {
    @Test
    void direct_children_die_with_it_and_the_next_start_kills_the_rest() throws Exception {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HoldsTwentyChildren.class.getName(),
                                folder.resolve("run").toString(),
                                instance)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = other.inputReader()) {
            String line = out.readLine();
            while (line != null && !line.equals("ready")) line = out.readLine();
            assertEquals("ready", line);
            await().atMost(PATIENCE).until(() -> marked().size() == 21);
            other.toHandle().destroyForcibly();
            assertTrue(other.waitFor(5, TimeUnit.SECONDS));
            await().atMost(Duration.ofSeconds(5)).until(() -> marked().size() == 1);
        } finally {
            other.destroyForcibly();
        }
        Child own = start("cat");
        assertEquals(1, supervisor.killStrays());
        assertEquals(1, marked().size());
        assertTrue(marked().contains(own.pid()), "a child of this run is no stray");
        assertEquals(0, supervisor.killStrays());
        await().atMost(PATIENCE).until(() -> zombies().isEmpty());
    }
}
