package postern.bridge;

import java.util.concurrent.atomic.LongAdder;

/** What happened that nobody was told of, counted since the start. */
public final class BridgeCounters {
    /** One reading. */
    public record Snapshot(
            long sessionsOpened,
            long calls,
            long droppedAnswers,
            long droppedMessages,
            long garbageLines,
            long repairedLines,
            long slowReaders,
            long callsOverBudget) {}

    public final LongAdder sessionsOpened = new LongAdder();
    public final LongAdder calls = new LongAdder();

    /** Answers to nothing, answered twice, or to clients that had gone. */
    public final LongAdder droppedAnswers = new LongAdder();

    /** Notifications and requests of children that waited too long for a stream. */
    public final LongAdder droppedMessages = new LongAdder();

    /** Lines of children that are not JSON-RPC. */
    public final LongAdder garbageLines = new LongAdder();

    /** Lines of children that were not UTF-8. */
    public final LongAdder repairedLines = new LongAdder();

    /** Streams closed because their reader did not keep up. */
    public final LongAdder slowReaders = new LongAdder();

    public final LongAdder callsOverBudget = new LongAdder();

    public Snapshot snapshot() {
        return new Snapshot(
                sessionsOpened.sum(),
                calls.sum(),
                droppedAnswers.sum(),
                droppedMessages.sum(),
                garbageLines.sum(),
                repairedLines.sum(),
                slowReaders.sum(),
                callsOverBudget.sum());
    }
}
