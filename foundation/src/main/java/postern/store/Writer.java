package postern.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/**
 * The only thread that writes. Takes what has queued up, runs it in one transaction with a
 * savepoint for each piece of work that may fail on its own, commits once and only then answers:
 * many callers share one flush to disk. A platform thread, because database calls hold their
 * carrier.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_BATCH = 128;
    private static final int QUEUE_SLOTS = 4096;

    /** What a failing piece of work takes with it. */
    enum Failing {
        ALONE,
        WITH_ITS_BATCH
    }

    private record Job<T>(Work<T> work, Failing failing, CompletableFuture<T> answer) {}

    /** A piece of work that ran; it is answered when the whole batch is durable. */
    private record Done<T>(CompletableFuture<T> answer, T result) {
        void complete() {
            answer.complete(result);
        }
    }

    private static final Job<Void> STOP =
            new Job<>(tx -> null, Failing.ALONE, new CompletableFuture<>());

    private final Tx tx;
    private final WriteSteps steps;
    private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(QUEUE_SLOTS);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;

    /**
     * @param connection in auto-commit mode: the driver's own transactions would begin anew at each
     *     commit and so keep other processes from ever writing
     */
    Writer(Connection connection, WriteSteps steps) {
        this.tx = Tx.writing(connection, steps);
        this.steps = steps;
        this.thread =
                Thread.ofPlatform().name("postern-store-writer").daemon(true).start(this::run);
    }

    /**
     * @throws IllegalStateException when called from within a write, which would wait for itself
     */
    <T> CompletableFuture<T> submit(Work<T> work, Failing failing) {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a write inside a write or after its commit");
        }
        var job = new Job<>(work, failing, new CompletableFuture<T>());
        if (closing || !queue.offer(job)) {
            job.answer.completeExceptionally(
                    new StoreUnavailable(
                            closing ? "database is closed" : "write queue is full", null));
        } else if (ended) {
            failWaiting();
        }
        return job.answer;
    }

    private void run() {
        List<Job<?>> batch = new ArrayList<>(MAX_BATCH);
        boolean stop = false;
        while (!stop) {
            batch.add(take());
            queue.drainTo(batch, MAX_BATCH - 1);
            stop = batch.remove(STOP);
            if (!batch.isEmpty()) commit(batch);
            batch.clear();
        }
        ended = true;
        failWaiting();
    }

    private Job<?> take() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException interrupted) {
                // a piece of work interrupted its own thread; the next ones need this one
            }
        }
    }

    private void commit(List<Job<?>> batch) {
        List<Done<?>> done = new ArrayList<>(batch.size());
        try {
            tx.update("begin immediate");
            for (Job<?> job : batch) runOne(job, done);
            tx.update("commit");
        } catch (SQLException | RuntimeException | Error failure) {
            rollBack();
            var unavailable = new StoreUnavailable("commit failed", failure);
            for (Job<?> job : batch) job.answer.completeExceptionally(unavailable);
            LOG.atError().setCause(failure).log("store.commit.failed");
            return;
        }
        steps.committed();
        for (Runnable action : tx.takeAfterCommit()) runQuietly(action);
        done.forEach(Done::complete);
    }

    /**
     * @throws SQLException the whole transaction is gone, for example because the disk is full
     */
    private <T> void runOne(Job<T> job, List<Done<?>> done) throws SQLException {
        if (job.failing == Failing.WITH_ITS_BATCH) {
            done.add(new Done<>(job.answer, job.work.in(tx)));
            return;
        }
        tx.update("savepoint work");
        int mark = tx.afterCommitMark();
        try {
            var ran = new Done<>(job.answer, job.work.in(tx));
            tx.update("release work");
            done.add(ran);
        } catch (Throwable failure) {
            // also an Error: the callers of the whole batch wait for this thread
            tx.update("rollback to work");
            tx.update("release work");
            tx.forgetAfterCommitSince(mark);
            job.answer.completeExceptionally(
                    failure instanceof SQLException
                            ? new StoreUnavailable("write failed", failure)
                            : failure);
        }
    }

    private void rollBack() {
        tx.takeAfterCommit();
        try {
            tx.update("rollback");
        } catch (SQLException failure) {
            LOG.atDebug().setCause(failure).log("store.rollback.had-happened");
        }
    }

    private static void runQuietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error failure) {
            LOG.atError().setCause(failure).log("store.after-commit.failed");
        }
    }

    private void failWaiting() {
        for (Job<?> job = queue.poll(); job != null; job = queue.poll()) {
            job.answer.completeExceptionally(new StoreUnavailable("database is closed", null));
        }
    }

    /** Writes what is queued, then ends; an interrupt is kept for later. Twice is harmless. */
    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        boolean asked = false;
        while (thread.isAlive()) {
            try {
                if (!asked) queue.put(STOP);
                asked = true;
                thread.join();
            } catch (InterruptedException wait) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
