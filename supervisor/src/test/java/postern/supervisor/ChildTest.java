package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import postern.core.Ticker;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A supervisor with real processes, and the leak check at the end of every test. */
abstract class ChildTest {
    private static final AtomicInteger INSTANCES = new AtomicInteger();
    static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir Path folder;
    final String instance =
            "test-" + ProcessHandle.current().pid() + "-" + INSTANCES.incrementAndGet();
    final ProcessTable table = new ProcessTable();
    final RecordingListener listener = new RecordingListener();
    Supervisor supervisor;
    private long pipesBefore;

    @BeforeEach
    void open() {
        pipesBefore = pipes();
        supervisor = new Supervisor(config(), Ticker.system(), InstantSource.system());
    }

    SupervisorConfig config() {
        return SupervisorConfig.standard(folder.resolve("run"), instance);
    }

    @AfterEach
    void nothing_is_left() throws IOException {
        supervisor.close();
        assertEquals(List.of(), supervisor.children());
        await().atMost(PATIENCE).until(() -> marked().isEmpty());
        await().atMost(PATIENCE).until(() -> childThreads().isEmpty());
        await().atMost(PATIENCE).until(() -> pipes() <= pipesBefore);
        assertEquals(List.of(), zombies());
        try (var left = Files.list(folder.resolve("run"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    LaunchSpec spec(String... command) {
        return spec(ChildLimits.standard(), command);
    }

    LaunchSpec spec(ChildLimits limits, String... command) {
        return new LaunchSpec("test", List.of(command), Map.of(), Map.of(), limits);
    }

    Child start(String... command) throws LaunchFailed {
        return supervisor.start(spec(command), listener);
    }

    Child shell(String script) throws LaunchFailed {
        return start("sh", "-c", script);
    }

    static ChildExit exitOf(Child child) {
        try {
            return child.done().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException failed) {
            throw new AssertionError("the child did not end", failed);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Living processes that carry the mark of this test's instance. */
    List<Long> marked() {
        return table.withAllMarks().stream()
                .filter(entry -> !entry.isZombie() && entry.mark().startsWith(instance + ":"))
                .map(ProcessEntry::pid)
                .toList();
    }

    List<Long> zombies() {
        return table.withoutMarks().stream()
                .filter(entry -> entry.isZombie() && entry.parent() == table.ownPid())
                .map(ProcessEntry::pid)
                .toList();
    }

    static List<String> childThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("postern-child"))
                .toList();
    }

    static long pipes() {
        return Arrays.stream(new File("/proc/self/fd").listFiles())
                .filter(ChildTest::isPipe)
                .count();
    }

    private static boolean isPipe(File descriptor) {
        try {
            return Files.readSymbolicLink(descriptor.toPath()).toString().startsWith("pipe:");
        } catch (IOException gone) {
            return false;
        }
    }
}
