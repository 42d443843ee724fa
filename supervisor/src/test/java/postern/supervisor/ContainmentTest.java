package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A system without setsid and setpriv, as small images are. */
class ContainmentTest extends ChildTest {
    @Override
    SupervisorConfig config() {
        Path tools = folder.resolve("tools");
        try {
            Files.createDirectory(tools);
            for (String tool : List.of("sh", "cat", "sleep")) {
                Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool));
            }
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        return super.config().withPath(tools.toString());
    }

    @Test
    void what_is_missing_is_named() {
        Containment containment = supervisor.containment();
        assertFalse(containment.ownSession());
        assertFalse(containment.parentDeathSignal());
        assertTrue(containment.adoptsOrphans());
        List<String> warnings = containment.warnings();
        assertEquals(2, warnings.size());
        assertTrue(warnings.get(0).startsWith("setsid (util-linux) is missing"));
        assertTrue(warnings.get(1).startsWith("setpriv --pdeathsig (util-linux) is missing"));
    }

    @Test
    void the_whole_tree_is_ended_all_the_same() throws Exception {
        Child child = shell("(sleep 300 &); (sleep 301 >/dev/null 2>&1 &); echo up; exec cat");
        listener.awaitLine(0);
        await().atMost(PATIENCE).until(() -> marked().size() == 3);
        child.stop("idle");
        assertEquals("stopped: idle", exitOf(child).reason());
        assertEquals(List.of(), marked());
        assertEquals(List.of(), zombies());
    }
}
