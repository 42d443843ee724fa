package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs small upkeep jobs, each at its own period, one at a time. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final ScheduledExecutorService scheduler;

    /**
     * @param name of its thread
     */
    Housekeeping(String name) {
        scheduler =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name(name).daemon(true).factory());
    }

    void every(long seconds, String job, Runnable work) {
        scheduler.scheduleWithFixedDelay(() -> run(job, work), seconds, seconds, TimeUnit.SECONDS);
    }

    private static void run(String job, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failure) {
            LOG.atError().addKeyValue("job", job).setCause(failure).log("app.housekeeping.failed");
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
