package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.http.RequestLog;

import java.time.Duration;

/** One line for each request; the client finds the same id in {@code X-Request-Id}. */
final class RequestLines implements RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger("postern.request");

    @Override
    public void log(
            String requestId,
            String method,
            String route,
            int status,
            Duration took,
            String clientAddress) {
        LOG.atInfo()
                .addKeyValue("request", requestId)
                .addKeyValue("method", method)
                .addKeyValue("route", route)
                .addKeyValue("status", status)
                .addKeyValue("millis", took.toNanos() / 1_000_000.0)
                .addKeyValue("from", clientAddress)
                .log("http.request");
    }
}
