package postern.http;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;

import org.xnio.XnioExecutor;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How the body of a call's answer leaves, once its head is set: to a client that may read slowly,
 * or that is still sending a body which nobody wants. Ends the call when it is over, whatever the
 * client does. Used on the connection's I/O thread.
 */
final class Delivery {
    private static final Duration UNREAD_BODY_PATIENCE = Duration.ofSeconds(1);

    private final Call call;
    private final HttpServerExchange exchange;
    private final Duration slowReader;
    private volatile XnioExecutor.Key deadline;

    /**
     * @param slowReader how long a client may read nothing
     */
    Delivery(Call call, HttpServerExchange exchange, Duration slowReader) {
        this.call = call;
        this.exchange = exchange;
        this.slowReader = slowReader;
    }

    void send(Response response) {
        byte[] body = response.body();
        if (exchange.isRequestComplete()) sendToReader(body);
        else sendToSender(body);
    }

    private void sendToReader(byte[] body) {
        if (body.length == 0) {
            end();
            return;
        }
        exchange.setResponseContentLength(body.length);
        writer(body, exchange::endExchange).start();
    }

    private void sendToSender(byte[] body) {
        exchange.setPersistent(false);
        boolean headOnly = body.length == 0 || exchange.getRequestMethod().equals(Methods.HEAD);
        if (mayHaveBody()) exchange.setResponseContentLength(body.length);
        Runnable send =
                headOnly
                        ? () -> exchange.getResponseSender().close(new HeadSent())
                        : () -> writer(body, this::drainRequest).start();
        exchange.dispatch(exchange.getIoThread(), send);
    }

    /** Source: RFC 9110 §8.6, where no Content-Length is sent. */
    private boolean mayHaveBody() {
        return exchange.getStatusCode() != 204 && exchange.getStatusCode() != 304;
    }

    /** The head of an answer without a body only goes out when its channel is closed. */
    private final class HeadSent implements IoCallback {
        @Override
        public void onComplete(HttpServerExchange unused, Sender sender) {
            drainRequest();
        }

        @Override
        public void onException(HttpServerExchange unused, Sender sender, IOException cause) {
            call.abort();
        }
    }

    private AnswerWriter writer(byte[] body, Runnable sent) {
        return new AnswerWriter(exchange, body, slowReader, sent, call::abort);
    }

    /** Lets what was written go out, for as long as a slow reader may take. */
    void end() {
        exchange.endExchange();
        if (!call.isFinished()) armDeadline(slowReader);
    }

    /**
     * The client may still be sending its body. Closing now would reset the connection, and the
     * reset could overtake the answer; so its bytes are thrown away for a moment.
     */
    private void drainRequest() {
        if (ConnectionWatch.drain(exchange, why -> call.finish()))
            armDeadline(UNREAD_BODY_PATIENCE);
        else call.abort();
    }

    private void armDeadline(Duration patience) {
        deadline =
                exchange.getIoThread()
                        .executeAfter(
                                this::abortUnlessFinished,
                                patience.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void abortUnlessFinished() {
        if (!call.isFinished()) call.abort();
    }

    /** The call is over. */
    void forgetDeadline() {
        XnioExecutor.Key pending = deadline;
        if (pending != null) pending.remove();
    }
}
