package postern.bridge.legacy;

import postern.mcp.Message;
import postern.supervisor.Child;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a session takes leave of its child. */
final class ChildStop {
    /** After the end of a grant, until force is used. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private ChildStop() {}

    static void of(Child child, SessionEnd why) {
        switch (why) {
            case CRASHED, BROKE_LIMIT, START_BUDGET -> {} // it has ended already
            case GRANT_ENDED -> stopThenKill(child);
            default -> child.stop(why.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
    }

    private static void stopThenKill(Child child) {
        child.stop("grant ended");
        Thread.ofVirtual()
                .name("postern-grant-end")
                .start(() -> {
                    try {
                        child.done().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (TimeoutException | ExecutionException stillThere) {
                        child.kill("grant ended");
                    } catch (InterruptedException stopped) {
                        child.kill("grant ended");
                        Thread.currentThread().interrupt();
                    }
                });
    }

    /** Cuts the streams of readers that have not taken their last event by then. */
    static void abortAfterGrace(List<Call> calls) {
        Thread.ofVirtual()
                .name("postern-grant-end")
                .start(() -> {
                    try {
                        Thread.sleep(GRACE);
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    for (Call call : calls) {
                        if (call instanceof PostCall post) post.abort();
                    }
                });
    }

    /** Tells the child that nobody waits for {@code request} any more. */
    static byte[] cancelled(Message request) {
        String id = new String(request.idJsonTowardsChild().orElseThrow(), StandardCharsets.UTF_8);
        String text =
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                        + id
                        + "}}";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
