package postern.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.store.Database;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells who wants to know that a grant has ended: at once when it ended in this process, within 250
 * ms when another process wrote it. A listener may be told twice.
 */
public final class GrantEnds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrantEnds.class);
    private static final Duration PERIOD = Duration.ofMillis(250);

    private record End(long seq, GrantId grant) {}

    private final Database database;
    private final List<Consumer<GrantId>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService poller =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("postern-grant-ends").daemon(true).factory());
    private long lastSeq;

    public GrantEnds(Database database) {
        this.database = database;
        this.lastSeq =
                database.read(tx ->
                                tx.first(
                                        "select coalesce(max(seq), 0) from grant_end",
                                        row -> row.getLong(1)))
                        .orElse(0L);
        poller.scheduleWithFixedDelay(
                this::poll, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** From now on {@code listener} is told of ends; it must be short and must not throw. */
    public void listen(Consumer<GrantId> listener) {
        listeners.add(listener);
    }

    void announce(GrantId grant) {
        for (Consumer<GrantId> listener : listeners) {
            try {
                listener.accept(grant);
            } catch (RuntimeException failure) {
                LOG.atError().setCause(failure).log("access.grant-end.listener-failed");
            }
        }
    }

    private void poll() {
        try {
            List<End> fresh =
                    database.read(tx ->
                            tx.all(
                                    "select seq, grant_id from grant_end where seq > ?"
                                            + " order by seq",
                                    row -> new End(row.getLong(1), new GrantId(row.getString(2))),
                                    lastSeq));
            for (End end : fresh) {
                announce(end.grant);
                lastSeq = end.seq;
            }
        } catch (RuntimeException failure) { // one that escapes would end the polling for good
            LOG.atWarn().setCause(failure).log("access.grant-end.poll-failed");
        }
    }

    @Override
    public void close() {
        poller.shutdownNow();
    }
}
