package postern.supervisor;

import postern.core.Check;
import postern.core.DataSize;

import java.time.Duration;

/**
 * What one child may take. Every limit is enforced by the supervisor itself, with any launcher.
 *
 * @param startBudget from start to {@link Child#ready()}, 100 ms to 1 h; then the child is killed
 * @param lineLimit longest line on stdout without its newline, 1 KiB to 256 MiB; over it the child
 *     is killed
 * @param stdinQueueLines lines that wait for the child to read, 1 to 65,536
 * @param stdinQueueSize the same in bytes, also the longest single line, 1 KiB to 256 MiB
 * @param stopGrace after closing stdin, and again after SIGTERM, zero to 1 min
 * @param stderrTail how much of the last stderr lines is kept, 1 KiB to 16 MiB
 */
public record ChildLimits(
        Duration startBudget,
        DataSize lineLimit,
        int stdinQueueLines,
        DataSize stdinQueueSize,
        Duration stopGrace,
        DataSize stderrTail) {

    private static final DataSize KIBIBYTE = DataSize.ofKibibytes(1);

    /**
     * @throws IllegalArgumentException naming the limit that is out of its range
     */
    public ChildLimits {
        Check.between(
                "child.start-budget", startBudget, Duration.ofMillis(100), Duration.ofHours(1));
        Check.between("child.line-limit", lineLimit, KIBIBYTE, DataSize.ofMebibytes(256));
        Check.between("child.stdin-queue-lines", stdinQueueLines, 1, 65_536);
        Check.between(
                "child.stdin-queue-size", stdinQueueSize, KIBIBYTE, DataSize.ofMebibytes(256));
        Check.between("child.stop-grace", stopGrace, Duration.ZERO, Duration.ofMinutes(1));
        Check.between("child.stderr-tail", stderrTail, KIBIBYTE, DataSize.ofMebibytes(16));
    }

    /** 30 s, 16 MiB, 256 lines, 16 MiB, 500 ms, 64 KiB. */
    public static ChildLimits standard() {
        return new ChildLimits(
                Duration.ofSeconds(30),
                DataSize.ofMebibytes(16),
                256,
                DataSize.ofMebibytes(16),
                Duration.ofMillis(500),
                DataSize.ofKibibytes(64));
    }

    /** These limits with another start budget. */
    public ChildLimits withStartBudget(Duration budget) {
        return new ChildLimits(
                budget, lineLimit, stdinQueueLines, stdinQueueSize, stopGrace, stderrTail);
    }

    /** These limits with another line limit. */
    public ChildLimits withLineLimit(DataSize limit) {
        return new ChildLimits(
                startBudget, limit, stdinQueueLines, stdinQueueSize, stopGrace, stderrTail);
    }

    /** These limits with another grace. */
    public ChildLimits withStopGrace(Duration grace) {
        return new ChildLimits(
                startBudget, lineLimit, stdinQueueLines, stdinQueueSize, grace, stderrTail);
    }

    /** These limits with another stdin queue. */
    public ChildLimits withStdinQueue(int lines, DataSize size) {
        return new ChildLimits(startBudget, lineLimit, lines, size, stopGrace, stderrTail);
    }
}
