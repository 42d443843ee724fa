package postern.supervisor;

import postern.core.DataSize;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of a text within a size, counted as two bytes per character and 40 per line. */
final class StderrTail {
    private static final int LINE_BYTES = 40;

    private final long maxBytes;
    private final Deque<String> lines = new ArrayDeque<>();
    private long bytes;

    StderrTail(DataSize max) {
        this.maxBytes = max.bytes();
    }

    synchronized void add(String line) {
        lines.addLast(line);
        bytes += cost(line);
        while (bytes > maxBytes && lines.size() > 1) bytes -= cost(lines.removeFirst());
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    private static long cost(String line) {
        return LINE_BYTES + 2L * line.length();
    }
}
