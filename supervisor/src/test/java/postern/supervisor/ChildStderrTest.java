package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import postern.core.Secret;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What becomes of stderr. */
class ChildStderrTest extends ChildTest {
    private static final class Collector extends AppenderBase<ILoggingEvent> {
        final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    }

    private final Collector collector = new Collector();

    @BeforeEach
    void collect() {
        collector.start();
        ((Logger) LoggerFactory.getLogger("postern.child")).addAppender(collector);
    }

    @AfterEach
    void stopCollecting() {
        ((Logger) LoggerFactory.getLogger("postern.child")).detachAppender(collector);
    }

    @Test
    void lines_are_kept_and_logged_with_server_child_and_pid() throws Exception {
        Child child = shell("echo one >&2; echo two >&2");
        exitOf(child);
        assertEquals(List.of("one", "two"), child.stderrTail());
        ILoggingEvent event = collector.events.getFirst();
        assertEquals("child.stderr", event.getMessage());
        assertEquals(
                "[server=\"test\", child=\""
                        + child.id()
                        + "\", pid=\""
                        + child.pid()
                        + "\", line=\"one\"]",
                event.getKeyValuePairs().toString());
    }

    @Test
    void a_flood_is_drained_bounded_and_counted() throws Exception {
        Child child = shell("yes 'a line of noise' | head -n 200000 >&2; echo last >&2; echo up");
        assertEquals("up", listener.awaitLine(0));
        exitOf(child);
        List<String> tail = child.stderrTail();
        assertEquals("last", tail.getLast());
        assertTrue(tail.stream().mapToInt(String::length).sum() <= 64 * 1024);
        assertTrue(collector.events.size() < 600, "logged " + collector.events.size());
        long suppressed =
                collector.events.stream()
                        .filter(event -> event.getMessage().equals("child.stderr.suppressed"))
                        .mapToLong(event -> (Long) event.getKeyValuePairs().getLast().value)
                        .sum();
        long logged =
                collector.events.stream()
                        .filter(event -> event.getMessage().equals("child.stderr"))
                        .count();
        assertEquals(200_001, suppressed + logged);
    }

    @Test
    void secrets_are_scrubbed_in_every_form() throws Exception {
        String secret = "s3cret/+value with space";
        String script =
                "echo raw $S; printf %s \"$S\" | base64; printf %s \"$S\" | od -An -tx1 -w99 | tr"
                        + " -d ' '; printf '\\033[1m%s\\033[0m\\n' \"$S\";"
                        + " echo s3cret%2F%2Bvalue+with+space;"
                        + " head -c 4080 /dev/zero | tr '\\0' x; echo \"$S$S\"";
        var spec =
                new LaunchSpec(
                        "test",
                        List.of("sh", "-c", "{ " + script + "; } >&2"),
                        Map.of(),
                        Map.of("S", Secret.ofUtf8(secret)),
                        ChildLimits.standard());
        Child child = supervisor.start(spec, listener);
        exitOf(child);
        List<String> tail = child.stderrTail();
        assertEquals(List.of("raw ***", "***", "***", "***", "***"), tail.subList(0, 5));
        String all = tail + collector.events.toString();
        assertFalse(all.contains("s3cret"), "no beginning of the secret either");
        for (ILoggingEvent event : collector.events) {
            assertFalse(event.getKeyValuePairs().toString().contains("s3cret"));
        }
    }

    @Test
    void terminal_codes_and_control_characters_are_taken_out() throws Exception {
        Child child =
                shell(
                        "printf '\\033[31mred\\033[0m \\033]0;title\\007bell\\007"
                                + " tab\\there\\r\\000nul \\342\\200\\256bidi\\n' >&2");
        exitOf(child);
        assertEquals(List.of("red bell tab\therenul bidi"), child.stderrTail());
    }

    @Test
    void a_long_line_is_cut() throws Exception {
        Child child = shell("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo end >&2");
        exitOf(child);
        assertEquals("x".repeat(4096) + "…", child.stderrTail().getFirst());
        assertEquals("end", child.stderrTail().getLast());
    }

    @Test
    void a_child_that_only_writes_to_stderr_is_not_blocked_by_it() throws Exception {
        Child child = shell("head -c 5000000 /dev/zero >&2; echo through; exec cat");
        assertEquals("through", listener.awaitLine(0));
        child.stop("test");
        await().atMost(PATIENCE).until(() -> child.done().isDone());
    }
}
