package postern.http;

/**
 * Answers one whole request, at once or as a stream of events, on a virtual thread of its own.
 *
 * <p>It must have used {@code responder} before it returns, or have handed it to somebody who will.
 * An exception before the answer is treated as in {@link Handler}; after that it ends the
 * connection.
 */
@FunctionalInterface
public interface StreamHandler {
    void handle(Request request, Responder responder) throws Exception;
}
