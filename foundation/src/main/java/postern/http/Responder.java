package postern.http;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The one answer to one request: exactly one of the first two methods, once, from any thread. */
public interface Responder {
    /**
     * Sends a whole answer and returns without waiting for the reader. A client that reads too
     * slowly loses its connection after the server's deadline; one that has gone is no error.
     *
     * @throws IllegalStateException when the request was already answered
     */
    void send(Response response);

    /**
     * Starts a 200 {@code text/event-stream} answer.
     *
     * @throws HttpError 503 when the server has no room for another stream; the request is then not
     *     yet answered
     * @throws IllegalStateException when the request was already answered
     */
    EventStream openEventStream(List<Response.Header> headers);

    /**
     * Completes, with a word for the log, when the client's connection ends before the answer was
     * sent. A half-closed connection counts as gone. Never completes once {@link #send} was called;
     * for an open stream see {@link EventStream#closed()}.
     */
    CompletableFuture<String> clientGone();
}
