package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import postern.core.Ticker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Drains a child's stderr on a thread of its own, always and whatever comes, into the tail and, as
 * far as the rate allows, the log {@code postern.child}.
 */
final class StderrPump {
    private static final Logger log = LoggerFactory.getLogger("postern.child");
    private static final int LONGEST_LINE_CHARS = 4 * 1024;
    private static final int LOG_BURST_LINES = 200;
    private static final int LOG_LINES_PER_SECOND = 20;
    // ECMA-48 §5.4 control sequences, §5.6 command strings such as window titles, then the rest.
    private static final Pattern ESCAPES =
            Pattern.compile(
                    "\u001b\\[[0-?]*[ -/]*[@-~]"
                            + "|\u001b[P\\]X^_][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?"
                            + "|\u001b[ -/]*[0-~]");
    // Tabs stay. Format characters (Cf) can reorder what an administrator reads.
    private static final Pattern CONTROLS =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\t]]");

    private final InputStream in;
    private final String server;
    private final ChildId id;
    private final long pid;
    private final SecretScrubber scrubber;
    private final StderrTail tail;
    private final RateBound rate;
    private final Thread thread;
    private final byte[] line;
    private int lineBytes;
    private boolean cut;

    StderrPump(
            InputStream in,
            String server,
            ChildId id,
            long pid,
            SecretScrubber scrubber,
            StderrTail tail,
            Ticker ticker,
            String threadName) {
        this.in = in;
        this.server = server;
        this.id = id;
        this.pid = pid;
        this.scrubber = scrubber;
        this.tail = tail;
        this.rate = new RateBound(ticker, LOG_BURST_LINES, LOG_LINES_PER_SECOND);
        this.line = new byte[LONGEST_LINE_CHARS + scrubber.longestChars()];
        this.thread = Threads.platform(threadName, this::run);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    void close() {
        try {
            in.close();
        } catch (IOException ignored) {
            // It is a pipe for reading: there is nothing to lose.
        }
    }

    private void run() {
        byte[] chunk = new byte[8 * 1024];
        try (in) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                for (int i = 0; i < count; i++) add(chunk[i]);
            }
        } catch (IOException closed) {
            // Closed by us after the child's death.
        }
        if (lineBytes > 0) endLine();
        logSuppressed();
    }

    private void add(byte next) {
        if (next == '\n') endLine();
        else if (lineBytes < line.length) line[lineBytes++] = next;
        else cut = true;
    }

    private void endLine() {
        String text = clean(new String(line, 0, lineBytes, StandardCharsets.UTF_8));
        lineBytes = 0;
        if (text.isBlank()) return;
        tail.add(text);
        if (!rate.tryTake()) return;
        logSuppressed();
        event().addKeyValue("line", text).log("child.stderr");
    }

    /** Scrubbed before and after: escapes may stand inside a secret, or be part of it. */
    private String clean(String raw) {
        String scrubbed = scrubber.scrub(raw);
        if (cut) { // the beginning of a secret may stand before the cut
            int kept = scrubbed.length() - scrubber.longestChars();
            scrubbed = scrubbed.substring(0, Math.max(0, kept));
        }
        String visible = ESCAPES.matcher(scrubbed).replaceAll("");
        String text = scrubber.scrub(CONTROLS.matcher(visible).replaceAll(""));
        boolean longer = cut || text.length() > LONGEST_LINE_CHARS;
        cut = false;
        if (!longer) return text;
        return text.substring(0, Math.min(text.length(), LONGEST_LINE_CHARS)) + "…";
    }

    private void logSuppressed() {
        long suppressed = rate.takeRefused();
        if (suppressed > 0) {
            event().addKeyValue("lines", suppressed).log("child.stderr.suppressed");
        }
    }

    private LoggingEventBuilder event() {
        return log.atInfo()
                .addKeyValue("server", server)
                .addKeyValue("child", id)
                .addKeyValue("pid", pid);
    }
}
