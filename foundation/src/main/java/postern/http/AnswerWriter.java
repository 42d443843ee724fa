package postern.http;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;

import org.xnio.XnioExecutor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes the body of a plain answer without a thread of its own. A reader must take 64 KiB within
 * each span of patience; one that stops is given up between one and two spans later.
 */
final class AnswerWriter implements IoCallback {
    private static final int SLICE_BYTES = 64 * 1024;

    private final HttpServerExchange exchange;
    private final ByteBuffer body;
    private final Duration patience;
    private final Runnable sent;
    private final Runnable failed;
    private final AtomicInteger slices = new AtomicInteger();
    private volatile boolean done;
    private volatile XnioExecutor.Key check;

    /**
     * Neither callback may block: both may run on the I/O thread.
     *
     * @param sent run once when the kernel has all of {@code body}
     * @param failed run once when the reader left or was given up
     */
    AnswerWriter(
            HttpServerExchange exchange,
            byte[] body,
            Duration patience,
            Runnable sent,
            Runnable failed) {
        this.exchange = exchange;
        this.body = ByteBuffer.wrap(body);
        this.patience = patience;
        this.sent = sent;
        this.failed = failed;
    }

    void start() {
        sendSlice(exchange.getResponseSender());
        if (!done) armCheck(slices.get());
    }

    private void sendSlice(Sender sender) {
        slices.incrementAndGet();
        ByteBuffer slice = body.slice();
        slice.limit(Math.min(SLICE_BYTES, slice.limit()));
        body.position(body.position() + slice.limit());
        sender.send(slice, this);
    }

    @Override
    public void onComplete(HttpServerExchange unused, Sender sender) {
        if (body.hasRemaining()) sendSlice(sender);
        else finish(sent);
    }

    @Override
    public void onException(HttpServerExchange unused, Sender sender, IOException cause) {
        finish(failed);
    }

    private void armCheck(int slicesBefore) {
        check =
                exchange.getIoThread()
                        .executeAfter(
                                () -> checkProgress(slicesBefore),
                                patience.toMillis(),
                                TimeUnit.MILLISECONDS);
        if (done) check.remove();
    }

    private void checkProgress(int slicesBefore) {
        if (done) return;
        if (slices.get() > slicesBefore) armCheck(slices.get());
        else finish(failed);
    }

    /** On the I/O thread, or on the starting thread before there is a check. */
    private void finish(Runnable outcome) {
        if (done) return;
        done = true;
        XnioExecutor.Key pending = check;
        if (pending != null) pending.remove();
        outcome.run();
    }
}
