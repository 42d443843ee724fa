package postern.testkit.mcp;

/**
 * An event of a stream.
 *
 * @param id as sent; empty without one
 * @param event its type; {@code message} when the stream names none
 * @param data lines joined; empty for a priming event
 * @param retryMillis -1 without a retry line
 * @param arrivedNanos {@link System#nanoTime()} when the event was complete
 */
public record SseEvent(String id, String event, String data, long retryMillis, long arrivedNanos) {
    /** Whether it carries a message, other than priming and keep-alive. */
    public boolean hasMessage() {
        return event.equals("message") && !data.isEmpty();
    }
}
