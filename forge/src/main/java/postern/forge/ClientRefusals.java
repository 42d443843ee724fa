package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Ticker;

import java.net.URI;
import java.time.Duration;

/**
 * Tells the operator that the forge refuses our application, which only the operator can mend: at
 * once, and then at most every ten minutes, however many people meet it.
 */
final class ClientRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(ClientRefusals.class);
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final URI forge;
    private final Ticker ticker;
    private boolean refused;
    private long toldAtNanos;
    private long untold;

    ClientRefusals(URI forge, Ticker ticker) {
        this.forge = forge;
        this.ticker = ticker;
    }

    synchronized void refused(String answer) {
        long now = ticker.nanos();
        if (refused && now - toldAtNanos < INTERVAL.toNanos()) {
            untold++;
            return;
        }
        LOG.atError()
                .addKeyValue("forge", forge)
                .addKeyValue("answer", answer)
                .addKeyValue("more-since", untold)
                .addKeyValue(
                        "change",
                        "POSTERN_FORGEJO_CLIENT_ID, POSTERN_FORGEJO_CLIENT_SECRET or the"
                                + " application at the forge: 'postern doctor' says which")
                .log("forge.client.refused");
        refused = true;
        toldAtNanos = now;
        untold = 0;
    }

    synchronized void accepted() {
        if (refused) LOG.atInfo().addKeyValue("forge", forge).log("forge.client.accepted-again");
        refused = false;
        untold = 0;
    }
}
