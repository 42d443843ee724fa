package postern.http;

import static java.util.Objects.requireNonNull;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

import postern.core.Ticker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request on its way to exactly one answer. Owns the answer's deadline, the request's place in
 * the {@link Load} and its line in the log, and gives all three up once, however it ends.
 */
final class Call implements Responder {
    private enum State {
        OPEN,
        ANSWERED,
        STREAMING,
        FINISHED
    }

    /** What all calls of a server share. */
    record Shared(HttpConfig config, Load load, RequestLog log, Ticker ticker) {}

    private static final Logger log = LoggerFactory.getLogger(Call.class);
    private static final int CLIENT_LEFT = 499;

    final HttpServerExchange exchange;
    final Shared shared;
    private final String requestId;
    private final String clientAddress;
    private final long startedNanos;
    private final Delivery delivery;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final CompletableFuture<String> clientGone = new CompletableFuture<>();
    private volatile Optional<Route> route = Optional.empty();
    private volatile Optional<ConnectionWatch> watch = Optional.empty();
    private volatile boolean admitted;
    private volatile long bodyBytes; // written by the I/O thread before anybody else has the call
    private volatile int status = CLIENT_LEFT;
    private volatile boolean handlerReturned;

    Call(HttpServerExchange exchange, Shared shared, String requestId, String clientAddress) {
        this.exchange = exchange;
        this.shared = shared;
        this.requestId = requestId;
        this.clientAddress = clientAddress;
        this.startedNanos = shared.ticker.nanos();
        this.delivery = new Delivery(this, exchange, shared.config.slowReaderDeadline());
    }

    String requestId() {
        return requestId;
    }

    String routePattern() {
        return route.map(Route::pattern).orElse("-");
    }

    void matched(Route matched) {
        route = Optional.of(matched);
    }

    /**
     * @throws HttpError 503 when the server is full or stopping
     */
    void enter() {
        switch (shared.load.enter()) {
            case ADMITTED -> admitted = true;
            case FULL ->
                    throw HttpError.unavailable(
                            "too many requests at once", "in-flight limit", Duration.ofSeconds(1));
            case STOPPING ->
                    throw HttpError.unavailable(
                            "the server is stopping", "stopping", Duration.ofSeconds(5));
        }
    }

    /** Room for more of the body, kept until the call is over. Call on the I/O thread. */
    boolean takeBodyBytes(int bytes) {
        if (!shared.load.takeBodyBytes(bodyBytes, bytes)) return false;
        bodyBytes += bytes;
        return true;
    }

    /** Call on the I/O thread, when the body was read. */
    void watchClient() {
        watch = ConnectionWatch.start(exchange, this::clientLeft);
    }

    private void clientLeft(String why) {
        clientGone.complete(why);
        // The place is kept for as long as work goes on for nobody, or leaving would be a way
        // around the limit.
        if (handlerReturned || state.get() == State.STREAMING) finish();
    }

    /** The handler's thread is done; somebody else may still owe the answer. */
    void handlerReturned() {
        handlerReturned = true;
        if (clientGone.isDone()) finish();
    }

    @Override
    public CompletableFuture<String> clientGone() {
        return clientGone;
    }

    @Override
    public void send(Response response) {
        requireNonNull(response, "response");
        if (clientGone.isDone()) {
            finish();
            return;
        }
        if (!state.compareAndSet(State.OPEN, State.ANSWERED)) {
            throw new IllegalStateException("the request was already answered");
        }
        watch.ifPresent(ConnectionWatch::stop);
        onIoThread(() -> write(response));
    }

    /**
     * The connection belongs to its I/O thread: finishing an exchange elsewhere makes that thread
     * spin until it is done, when the client's next request comes at once.
     */
    void onIoThread(Runnable work) {
        if (exchange.isInIoThread()) {
            work.run();
            return;
        }
        try {
            exchange.getIoThread().execute(work);
        } catch (RejectedExecutionException serverEnded) {
            abort();
        }
    }

    /** Answers with the route's shape of {@code error}, unless there is an answer already. */
    void refuse(HttpError error) {
        if (state.compareAndSet(State.OPEN, State.ANSWERED)) {
            watch.ifPresent(ConnectionWatch::stop);
            Response refusal = route.map(r -> shaped(r, error)).orElseGet(error::toResponse);
            onIoThread(() -> write(refusal));
        } else {
            abort();
        }
    }

    /** A broken shape must not leave the client without an answer. */
    private Response shaped(Route matched, HttpError error) {
        try {
            return matched.shape(error);
        } catch (RuntimeException broken) {
            log.atError()
                    .addKeyValue("request", requestId)
                    .addKeyValue("route", matched.pattern())
                    .setCause(broken)
                    .log("http.error-shape.failed");
            return error.toResponse();
        }
    }

    /** Ends the connection: there is no way to say more. */
    void abort() {
        IoUtils.safeClose(exchange.getConnection());
        finish();
    }

    @Override
    public EventStream openEventStream(List<Response.Header> headers) {
        if (clientGone.isDone()) {
            finish();
            return EventStream.neverOpened();
        }
        if (state.get() != State.OPEN) {
            throw new IllegalStateException("the request was already answered");
        }
        if (!shared.load.becomeStream()) {
            throw HttpError.unavailable(
                    "too many open streams", "stream limit", Duration.ofSeconds(5));
        }
        if (!state.compareAndSet(State.OPEN, State.STREAMING)) {
            shared.load.stayRequest();
            throw new IllegalStateException("the request was already answered");
        }
        status = 200;
        exchange.setPersistent(false);
        // Chunked all the same, so that a proxy can tell the stream's end from a lost connection.
        if (exchange.isHttp11()) put("Transfer-Encoding", "chunked");
        put("Content-Type", "text/event-stream");
        put("Cache-Control", "no-cache, no-transform");
        put("X-Accel-Buffering", "no");
        onEveryAnswer(new Response(200, headers, new byte[0]));
        watch.ifPresent(ConnectionWatch::discardInput);
        finishWithExchange();
        var opened = new EventStream(this);
        var _ = clientGone.thenAccept(opened::gone);
        opened.start(exchange);
        return opened;
    }

    /** Lets what was written go out, for as long as a slow reader may take. */
    void endStream() {
        delivery.end();
    }

    private void write(Response response) {
        if (!exchange.getConnection().isOpen()) {
            abort();
            return;
        }
        status = response.status();
        exchange.setStatusCode(response.status());
        onEveryAnswer(response);
        finishWithExchange();
        delivery.send(response);
    }

    private void finishWithExchange() {
        exchange.addExchangeCompleteListener((ended, next) -> {
            finish();
            next.proceed();
        });
    }

    boolean isFinished() {
        return state.get() == State.FINISHED;
    }

    private void onEveryAnswer(Response response) {
        Response answer =
                route.flatMap(Route::cors).map(c -> c.onAnswer(response)).orElse(response);
        for (Response.Header field : answer.headers()) {
            exchange.getResponseHeaders().add(new HttpString(field.name()), field.value());
        }
        if (shared.load.isStopping()) exchange.setPersistent(false);
        put("X-Request-Id", requestId);
        put("X-Content-Type-Options", "nosniff");
        if (shared.config.httpsOrigin().isPresent()) {
            put("Strict-Transport-Security", HttpsOnly.POLICY);
        }
    }

    private void put(String name, String value) {
        exchange.getResponseHeaders().put(new HttpString(name), value);
    }

    /** Gives up what the call holds; the second time it does nothing. */
    void finish() {
        State before = state.getAndSet(State.FINISHED);
        if (before == State.FINISHED) return;
        delivery.forgetDeadline();
        shared.load.giveBodyBytesBack(bodyBytes);
        if (exchange.isPersistent()) shared.load.kept();
        if (admitted) {
            if (before == State.STREAMING) shared.load.leaveStream();
            else shared.load.leave();
        }
        shared.log.log(
                requestId,
                exchange.getRequestMethod().toString(),
                routePattern(),
                status,
                Duration.ofNanos(shared.ticker.nanos() - startedNanos),
                clientAddress);
    }
}
