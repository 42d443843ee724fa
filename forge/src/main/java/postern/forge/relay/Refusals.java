package postern.forge.relay;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

import org.xnio.IoUtils;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** Sends refusals to children. */
final class Refusals {
    /** For the answer, and for the rest of a body that nobody reads. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final HttpString RETRY_AFTER = new HttpString("Retry-After");

    private Refusals() {}

    /**
     * On a worker thread.
     *
     * @throws IOException the child is not there any more, or has had half of another answer
     */
    static void send(HttpServerExchange exchange, RelayRefusal refusal) throws IOException {
        if (exchange.isResponseStarted()) throw new IOException("an answer has begun");
        byte[] body = prepare(exchange, refusal);
        OutputStream out = exchange.getOutputStream();
        out.write(body);
        out.close();
    }

    /**
     * On the I/O thread: neither a child that does not read nor a body that does not come holds
     * anything but its connection, and that not for long.
     *
     * @param sent is told whether the child was sent a whole answer
     */
    static void sendFromIoThread(
            HttpServerExchange exchange, RelayRefusal refusal, Consumer<Boolean> sent) {
        var deadline = new Deadline(exchange, PATIENCE);
        exchange.addExchangeCompleteListener((_, next) -> {
            deadline.close();
            next.proceed();
        });
        byte[] body = prepare(exchange, refusal);
        exchange.getResponseSender()
                .send(
                        ByteBuffer.wrap(body),
                        new IoCallback() {
                            @Override
                            public void onComplete(HttpServerExchange done, Sender sender) {
                                sent.accept(true);
                                done.endExchange();
                            }

                            @Override
                            public void onException(
                                    HttpServerExchange failed, Sender sender, IOException gone) {
                                sent.accept(false);
                                IoUtils.safeClose(failed.getConnection());
                            }
                        });
    }

    private static byte[] prepare(HttpServerExchange exchange, RelayRefusal refusal) {
        exchange.getResponseHeaders().clear();
        exchange.setStatusCode(refusal.status());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json;charset=utf-8");
        refusal.retrySeconds()
                .ifPresent(seconds -> exchange.getResponseHeaders().put(RETRY_AFTER, seconds));
        byte[] body = refusal.json().getBytes(StandardCharsets.UTF_8);
        exchange.setResponseContentLength(body.length);
        return body;
    }
}
