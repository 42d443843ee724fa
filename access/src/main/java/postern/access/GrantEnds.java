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
 *
 * <p>No end is missed: the database has one writer at a time over all processes, so a lower number
 * is never committed after a higher one, and numbers of purged rows are not given again.
 */
public final class GrantEnds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrantEnds.class);
    private static final Duration PERIOD = Duration.ofMillis(250);

    private record End(long seq, String grant) {}

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
            } catch (RuntimeException | Error failure) {
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
                                    row -> new End(row.getLong(1), row.getString(2)),
                                    lastSeq));
            for (End end : fresh) {
                lastSeq = end.seq;
                if (GrantId.isWellFormed(end.grant)) announce(new GrantId(end.grant));
            }
        } catch (RuntimeException failure) {
            // whatever it is: an exception would end the polling for good
            LOG.atWarn().setCause(failure).log("access.grant-end.poll-failed");
        }
    }

    /** Ends the polling and waits for a round that runs, so that the database may be closed. */
    @Override
    public void close() {
        poller.close();
    }
}
