package postern.forge.relay;

import io.undertow.server.HttpServerExchange;

import postern.access.GrantId;

import java.time.Duration;
import java.time.Instant;

/** A call under way that will be told of when it is over. */
final class CallRecord {
    private final HttpServerExchange exchange;
    private final GrantId grant;
    private final RelayMeans means;
    private final Instant startedAt;
    private final long startedNanos;
    private String pattern = "";

    CallRecord(HttpServerExchange exchange, GrantId grant, RelayMeans means) {
        this.exchange = exchange;
        this.grant = grant;
        this.means = means;
        this.startedAt = means.clock().instant();
        this.startedNanos = means.ticker().nanos();
    }

    void of(RelayPath path) {
        pattern = PathPattern.of(path);
    }

    void over() {
        means.listener()
                .called(
                        new RelayCall(
                                grant,
                                startedAt,
                                AdmissionRules.recordedMethod(
                                        exchange.getRequestMethod().toString()),
                                pattern,
                                exchange.isResponseStarted() ? exchange.getStatusCode() : 0,
                                Duration.ofNanos(means.ticker().nanos() - startedNanos)));
    }
}
