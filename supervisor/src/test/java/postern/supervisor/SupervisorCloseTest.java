package postern.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.core.Ticker;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many at once, and the end of all. */
class SupervisorCloseTest extends ChildTest {
    @Test
    void closing_ends_stubborn_children_in_parallel_within_its_bound() throws Exception {
        for (int i = 0; i < 10; i++) {
            var heard = new RecordingListener();
            supervisor.start(
                    spec("sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done"), heard);
            heard.awaitLine(0);
        }
        long start = System.nanoTime();
        supervisor.close();
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertTrue(millis < 2_500, "took " + millis + " ms");
        assertEquals(List.of(), marked());
    }

    @Test
    void twenty_are_started_and_stopped_at_once() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ChildExit>> exits = new ArrayList<>();
            for (int i = 0; i < 20; i++) exits.add(executor.submit(this::oneRoundTrip));
            for (Future<ChildExit> exit : exits) assertEquals("stopped: test", exit.get().reason());
        }
    }

    private ChildExit oneRoundTrip() throws Exception {
        var heard = new RecordingListener();
        Child child = supervisor.start(spec("cat"), heard);
        child.ready();
        child.send(bytes("hello"));
        assertEquals("hello", heard.awaitLine(0));
        child.stop("test");
        return exitOf(child);
    }

    @Test
    void a_close_that_races_with_starts_leaves_nothing() throws Exception {
        for (int round = 0; round < 10; round++) {
            var config = SupervisorConfig.standard(folder.resolve("run"), instance);
            var racing = new Supervisor(config, Ticker.system(), InstantSource.system());
            var refused = new AtomicInteger();
            var begun = new CountDownLatch(3 + round);
            Callable<Void> starter =
                    () -> {
                        try {
                            while (true) {
                                racing.start(spec("cat"), new RecordingListener());
                                begun.countDown();
                            }
                        } catch (LaunchFailed closed) {
                            refused.incrementAndGet();
                        }
                        return null;
                    };
            try (var executor = Executors.newFixedThreadPool(4)) {
                List<Future<Void>> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) all.add(executor.submit(starter));
                begun.await();
                racing.close();
                for (Future<Void> each : all) each.get();
            }
            assertEquals(4, refused.get());
            assertEquals(List.of(), racing.children());
            assertEquals(List.of(), marked());
        }
    }

    @Test
    void the_cap_refuses_one_more() throws Exception {
        var config = SupervisorConfig.standard(folder.resolve("run"), instance).withMaxChildren(2);
        try (var small = new Supervisor(config, Ticker.system(), InstantSource.system())) {
            small.start(spec("cat"), new RecordingListener());
            Child second = small.start(spec("cat"), new RecordingListener());
            LaunchFailed failed =
                    assertThrows(
                            LaunchFailed.class,
                            () -> small.start(spec("cat"), new RecordingListener()));
            assertEquals("too many children: the limit is 2", failed.hint());
            second.kill("room");
            exitOf(second);
            small.start(spec("cat"), new RecordingListener());
        }
    }

    @Test
    void closing_twice_is_harmless() {
        supervisor.close();
        supervisor.close();
    }
}
