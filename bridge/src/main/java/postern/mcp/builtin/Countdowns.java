package postern.mcp.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.mcp.JsonRpcErrors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Countdowns under way, each on a thread of its own, until done or cancelled. */
final class Countdowns implements AutoCloseable {
    private static final int MAX_RUNNING = 64;

    private final Replies replies;
    private final Map<JsonNode, CountDownLatch> cancels = new ConcurrentHashMap<>();

    Countdowns(Replies replies) {
        this.replies = replies;
    }

    /** {@code progressToken} may be a missing node: then no progress is told. */
    void start(JsonNode id, JsonNode progressToken, int from, int stepMillis) throws IOException {
        var cancelled = new CountDownLatch(1);
        if (cancels.size() >= MAX_RUNNING || cancels.putIfAbsent(id, cancelled) != null) {
            replies.error(id, JsonRpcErrors.SERVER_ERROR, "too many countdowns");
            return;
        }
        Thread.ofPlatform()
                .daemon(true)
                .name("countdown")
                .start(() -> run(id, progressToken, from, stepMillis, cancelled));
    }

    /** A cancelled request gets no answer. */
    void cancel(JsonNode id) {
        CountDownLatch cancelled = cancels.get(id);
        if (cancelled != null) cancelled.countDown();
    }

    @Override
    public void close() {
        cancels.values().forEach(CountDownLatch::countDown);
    }

    private void run(
            JsonNode id, JsonNode token, int from, int stepMillis, CountDownLatch cancelled) {
        try {
            for (int step = 1; step <= from; step++) {
                if (cancelled.await(stepMillis, TimeUnit.MILLISECONDS)) return;
                if (!token.isMissingNode()) tellProgress(token, step, from);
            }
            replies.result(id, Tools.text(replies, "0"));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            cancels.remove(id);
        }
    }

    private void tellProgress(JsonNode token, int step, int from) throws IOException {
        ObjectNode params = replies.object();
        params.set("progressToken", token);
        params.put("progress", step).put("total", from);
        replies.notification("notifications/progress", params);
    }
}
