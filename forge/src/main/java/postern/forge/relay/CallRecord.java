package postern.forge.relay;

import io.undertow.server.HttpServerExchange;

import java.time.Duration;
import java.time.Instant;

/** A call under way that will be told of when it is over. */
final class CallRecord {
    private final HttpServerExchange exchange;
    private final DummyTokens.Admitted session;
    private final RelayMeans means;
    private final Instant startedAt;
    private final long startedNanos;
    private String pattern = "";

    CallRecord(HttpServerExchange exchange, DummyTokens.Admitted session, RelayMeans means) {
        this.exchange = exchange;
        this.session = session;
        this.means = means;
        this.startedAt = means.clock().instant();
        this.startedNanos = means.ticker().nanos();
    }

    void of(RelayPath path) {
        pattern = PathPattern.of(path);
    }

    /**
     * @param whole whether the child was sent a whole answer
     */
    void over(boolean whole) {
        means.listener()
                .called(
                        new RelayCall(
                                session.lease(),
                                session.access().grant(),
                                startedAt,
                                AdmissionRules.recordedMethod(
                                        exchange.getRequestMethod().toString()),
                                pattern,
                                whole ? exchange.getStatusCode() : 0,
                                Duration.ofNanos(means.ticker().nanos() - startedNanos)));
    }
}
