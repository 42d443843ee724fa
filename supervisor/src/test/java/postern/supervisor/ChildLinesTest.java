package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.core.DataSize;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What goes through stdin and stdout. */
class ChildLinesTest extends ChildTest {
    @Test
    void lines_come_back_in_order_and_the_exit_comes_last() throws Exception {
        Child child = start("cat");
        child.ready();
        for (int i = 0; i < 200; i++) child.send(bytes("line " + i));
        assertEquals("line 199", listener.awaitLine(199));
        child.stop("idle");
        assertEquals("stopped: idle", exitOf(child).reason());
        assertTrue(exitOf(child).requested());
        assertEquals(
                IntStream.range(0, 200).mapToObj(i -> "line " + i).toList(),
                listener.heard.subList(0, 200));
        assertEquals(List.of("exited"), listener.heard.subList(200, listener.heard.size()));
        assertEquals(ChildState.STOPPED, child.state());
    }

    @Test
    void lines_that_wait_are_written_before_a_stop_closes_stdin() throws Exception {
        Child child = start("cat");
        for (int i = 0; i < 100; i++) child.send(bytes("line " + i));
        child.stop("test");
        assertEquals(0, exitOf(child).status().getAsInt());
        assertEquals(101, listener.heard.size());
    }

    @Test
    void carriage_returns_empty_lines_and_a_missing_last_newline_are_handled() throws Exception {
        Child child = shell("printf 'one\\r\\n\\n\\r\\ntwo\\n\\377\\376\\nrest'");
        exitOf(child);
        assertEquals(List.of("one", "two", "\u00ff\u00fe", "rest", "exited"), listener.heard);
    }

    @Test
    void all_output_before_a_quick_exit_is_heard() throws Exception {
        for (int round = 0; round < 30; round++) {
            var heard = new RecordingListener();
            Child child =
                    supervisor.start(
                            spec(
                                    "sh",
                                    "-c",
                                    "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo"
                                            + " $i-0123456789012345678901234567890123456789; done"),
                            heard);
            exitOf(child);
            assertEquals(301, heard.heard.size());
            assertTrue(heard.heard.get(299).startsWith("300-"));
        }
    }

    @Test
    void a_line_of_exactly_the_limit_passes_and_one_byte_more_ends_the_child() throws Exception {
        ChildLimits limits = ChildLimits.standard().withLineLimit(DataSize.ofKibibytes(100));
        String script = "head -c $1 /dev/zero | tr '\\0' x; echo; exec cat";
        Child fits = supervisor.start(spec(limits, "sh", "-c", script, "sh", "102400"), listener);
        assertEquals(102_400, listener.awaitLine(0).length());
        fits.stop("test");

        var other = new RecordingListener();
        Child tooLong = supervisor.start(spec(limits, "sh", "-c", script, "sh", "102401"), other);
        ChildExit exit = exitOf(tooLong);
        assertEquals("line over 100KiB", exit.reason());
        assertFalse(exit.requested());
        assertEquals(ChildState.FAILED, tooLong.state());
        assertEquals(List.of("exited"), other.heard);
    }

    @Test
    void an_endless_line_ends_the_child_without_filling_memory() throws Exception {
        Child child = shell("exec cat /dev/zero");
        assertEquals("line over 16MiB", exitOf(child).reason());
    }

    @Test
    void a_child_that_never_reads_makes_send_busy_by_lines() throws Exception {
        Child child = start("sleep", "60");
        byte[] line = new byte[32 * 1024];
        ChildBusy busy =
                assertThrows(
                        ChildBusy.class,
                        () -> {
                            while (true) child.send(line);
                        });
        assertEquals("the child's input queue is full: 256 lines", busy.getMessage());
        child.kill("test");
        assertEquals("killed: test", exitOf(child).reason());
        assertThrows(ChildGone.class, () -> child.send(bytes("x")));
    }

    @Test
    void a_child_that_never_reads_makes_send_busy_by_bytes() throws Exception {
        ChildLimits limits = ChildLimits.standard().withStdinQueue(1000, DataSize.ofKibibytes(200));
        Child child = supervisor.start(spec(limits, "sleep", "60"), listener);
        byte[] line = new byte[100 * 1024];
        child.send(line);
        child.send(line);
        assertThrows(ChildBusy.class, () -> child.send(line));
        child.stop("stdin is stuck");
        assertEquals("stopped: stdin is stuck", exitOf(child).reason());
    }

    @Test
    void lines_that_would_break_the_framing_are_refused() throws Exception {
        Child child = start("cat");
        assertThrows(IllegalArgumentException.class, () -> child.send(bytes("a\nb")));
        assertThrows(IllegalArgumentException.class, () -> child.send(bytes("a\rb")));
        assertThrows(IllegalArgumentException.class, () -> child.send(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> child.send(new byte[17 << 20]));
    }

    @Test
    void a_listener_that_blocks_holds_the_child_back_and_not_the_stop() throws Exception {
        var release = new CountDownLatch(1);
        var lines = new AtomicInteger();
        var exited = new CompletableFuture<ChildExit>();
        Child child =
                supervisor.start(
                        spec("sh", "-c", "while :; do echo x; done"),
                        new ChildListener() {
                            @Override
                            public void line(byte[] line) {
                                lines.incrementAndGet();
                                try {
                                    release.await();
                                } catch (InterruptedException ending) {
                                    Thread.currentThread().interrupt();
                                }
                            }

                            @Override
                            public void exited(ChildExit exit) {
                                exited.complete(exit);
                            }
                        });
        await().atMost(PATIENCE).until(() -> lines.get() == 1);
        child.stop("test");
        assertEquals("stopped: test", exitOf(child).reason());
        assertEquals(exitOf(child), exited.get());
    }

    @Test
    void a_listener_that_throws_ends_the_child() throws Exception {
        var exited = new CompletableFuture<ChildExit>();
        Child child =
                supervisor.start(
                        spec("sh", "-c", "echo x; exec cat"),
                        new ChildListener() {
                            @Override
                            public void line(byte[] line) {
                                throw new IllegalStateException("test");
                            }

                            @Override
                            public void exited(ChildExit exit) {
                                exited.complete(exit);
                            }
                        });
        assertEquals("listener failed", exitOf(child).reason());
        assertEquals("listener failed", exited.get().reason());
    }

    @Test
    void binary_lines_pass_unchanged() throws Exception {
        byte[] all = new byte[256];
        int count = 0;
        for (int i = 0; i < 256; i++) if (i != '\n' && i != '\r') all[count++] = (byte) i;
        byte[] line = Arrays.copyOf(all, count);
        Child child = start("cat");
        child.send(line);
        assertArrayEquals(line, bytes(listener.awaitLine(0)));
    }
}
