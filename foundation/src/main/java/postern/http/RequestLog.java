package postern.http;

import java.time.Duration;

/** Told once about every request that reached the frame, when its answer has ended. */
@FunctionalInterface
public interface RequestLog {
    /**
     * Must not block: it may run on an I/O thread.
     *
     * @param route the route's pattern, never the path as sent; {@code -} when none matched
     * @param status the status sent; 499 when the client left before there was one
     * @param took from the request's headers to the last byte of the answer
     */
    void log(
            String requestId,
            String method,
            String route,
            int status,
            Duration took,
            String clientAddress);
}
