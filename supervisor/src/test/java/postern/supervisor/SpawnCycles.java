package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.time.Duration;

/** Start, one round trip, end, over and over: what is there afterwards was there before. */
abstract class SpawnCycles extends ChildTest {
    private long startNanos;

    void run(int cycles) throws Exception {
        for (int i = 0; i < 20; i++) cycle(i); // what is loaded once is loaded now
        int descriptors = descriptors();
        int threads = childThreads().size();
        startNanos = 0;
        long start = System.nanoTime();
        for (int i = 0; i < cycles; i++) cycle(i);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        await().atMost(PATIENCE).until(() -> descriptors() <= descriptors);
        await().atMost(PATIENCE).until(() -> childThreads().size() <= threads);
        assertEquals(0, marked().size());
        assertEquals(0, zombies().size());
        System.out.printf(
                "%d cycles in %d ms, start() %d us on average, descriptors %d -> %d%n",
                cycles, took.toMillis(), startNanos / 1_000 / cycles, descriptors, descriptors());
    }

    private void cycle(int number) throws Exception {
        var heard = new RecordingListener();
        long begun = System.nanoTime();
        Child child = supervisor.start(spec("cat"), heard);
        startNanos += System.nanoTime() - begun;
        child.ready();
        child.send(bytes("x"));
        heard.awaitLine(0);
        if (number % 2 == 0) child.stop("cycle");
        else child.kill("cycle");
        exitOf(child);
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }
}
