package postern.http;

/**
 * Answers one whole request, on a virtual thread of its own; it may block.
 *
 * <p>An {@link HttpError} becomes its answer; any other exception becomes a 500 that carries the
 * request id only, and its cause goes to the log.
 */
@FunctionalInterface
public interface Handler {
    Response handle(Request request) throws Exception;
}
