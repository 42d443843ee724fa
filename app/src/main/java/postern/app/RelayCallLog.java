package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Ticker;
import postern.forge.relay.RelayCall;
import postern.forge.relay.RelayListener;
import postern.http.RateLimiter;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One line for each call of a child at the forge. A child that calls without pause gets one line in
 * {@link #INTERVAL}, so that it neither fills the disk nor hides what others do; the next line of
 * anybody tells how many were left out.
 */
final class RelayCallLog implements RelayListener {
    static final int AT_ONCE = 100;
    static final Duration INTERVAL = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(RelayCallLog.class);
    private static final int MAX_LEASES = 10_000;

    private final RateLimiter lines;
    private final AtomicLong leftOut = new AtomicLong();

    RelayCallLog(Ticker ticker) {
        this.lines = new RateLimiter(ticker, AT_ONCE, INTERVAL, MAX_LEASES);
    }

    @Override
    public void called(RelayCall call) {
        if (lines.tryAcquire(Long.toString(call.lease())).isPresent()) {
            leftOut.incrementAndGet();
            return;
        }
        LOG.atInfo()
                .addKeyValue("lease", call.lease())
                .addKeyValue("grant", call.grant())
                .addKeyValue("method", call.method())
                .addKeyValue("path", call.pathPattern())
                .addKeyValue("status", call.status())
                .addKeyValue("millis", call.duration().toNanos() / 1_000_000.0)
                .addKeyValue("left-out", leftOut.getAndSet(0))
                .log("relay.call");
    }
}
