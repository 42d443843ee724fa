package postern.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;

import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Reads one request body without a thread of its own, within a size and a time. Everything happens
 * on the connection's I/O thread, so there is nothing to lock; exactly one method of the outcome
 * that returns nothing is called, once.
 */
final class BodyReader {
    interface Outcome {
        void whole(byte[] body);

        void tooLarge();

        void tooSlow();

        /** Asked before more is kept; false when there is no room for it now. */
        boolean mayKeep(int bytes);

        void noRoom();

        void broken(IOException cause);
    }

    private static final byte[] NOTHING = {};

    private final HttpServerExchange exchange;
    private final Outcome outcome;
    private BodyBuffer read;
    private XnioExecutor.Key deadline;
    private boolean done;

    private BodyReader(HttpServerExchange exchange, int maxBytes, Outcome outcome) {
        this.exchange = exchange;
        this.outcome = outcome;
        this.read = new BodyBuffer(maxBytes, outcome::mayKeep);
    }

    /** Call on the I/O thread, as the exchange's handler. */
    static void read(
            HttpServerExchange exchange, long maxBytes, Duration patience, Outcome outcome) {
        if (exchange.isRequestComplete()) {
            outcome.whole(NOTHING);
            return;
        }
        long declared = exchange.getRequestContentLength();
        if (declared > maxBytes) {
            outcome.tooLarge();
            return;
        }
        long expected = declared < 0 ? maxBytes : declared;
        var reader = new BodyReader(exchange, Math.toIntExact(expected), outcome);
        reader.start(patience);
    }

    private void start(Duration patience) {
        StreamSourceChannel channel = exchange.getRequestChannel();
        channel.getReadSetter().set(this::pump);
        if (HttpContinue.requiresContinueResponse(exchange)) {
            deadline = arm(patience);
            HttpContinue.sendContinueResponse(exchange, new PumpAfterContinue(channel));
            return;
        }
        pump(channel);
        if (!done) {
            deadline = arm(patience);
            channel.resumeReads();
        }
    }

    private XnioExecutor.Key arm(Duration patience) {
        return exchange.getIoThread()
                .executeAfter(
                        () -> finish(outcome::tooSlow), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does nothing once done: an event that was already on its way may still arrive. */
    private void pump(StreamSourceChannel channel) {
        if (done) return;
        try (PooledByteBuffer pooled = exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            while (true) {
                buffer.clear();
                int count = channel.read(buffer);
                if (count == 0) return;
                if (count < 0) {
                    channel.suspendReads();
                    byte[] body = read.whole();
                    finish(() -> outcome.whole(body));
                    return;
                }
                if (!read.mayGrowBy(count)) {
                    channel.suspendReads();
                    finish(outcome::tooLarge);
                    return;
                }
                buffer.flip();
                if (!read.append(buffer)) {
                    channel.suspendReads();
                    finish(outcome::noRoom);
                    return;
                }
            }
        } catch (IOException broken) {
            finish(() -> outcome.broken(broken));
        }
    }

    private void finish(Runnable report) {
        if (done) return;
        done = true;
        if (deadline != null) deadline.remove();
        read = null;
        report.run();
    }

    private final class PumpAfterContinue implements IoCallback {
        private final StreamSourceChannel channel;

        private PumpAfterContinue(StreamSourceChannel channel) {
            this.channel = channel;
        }

        @Override
        public void onComplete(HttpServerExchange exchange, Sender sender) {
            channel.resumeReads();
        }

        @Override
        public void onException(HttpServerExchange exchange, Sender sender, IOException cause) {
            finish(() -> outcome.broken(cause));
        }
    }
}
