package postern.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/**
 * The only thread that writes. Takes what has queued up, runs it in one transaction with a
 * savepoint for each piece of work, commits once and only then answers: many callers share one
 * flush to disk. A platform thread, because database calls hold their carrier.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_BATCH = 128;
    private static final int QUEUE_SLOTS = 4096;

    private record Job<T>(Work<T> work, CompletableFuture<T> answer) {}

    /** A piece of work that ran; it is answered when the whole batch is durable. */
    private record Done<T>(CompletableFuture<T> answer, T result) {
        void complete() {
            answer.complete(result);
        }
    }

    private static final Job<Void> STOP = new Job<>(tx -> null, new CompletableFuture<>());

    private final Connection connection;
    private final Tx tx;
    private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(QUEUE_SLOTS);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;

    Writer(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        this.tx = new Tx(connection);
        this.thread =
                Thread.ofPlatform().name("postern-store-writer").daemon(true).start(this::run);
    }

    <T> CompletableFuture<T> submit(Work<T> work) {
        var job = new Job<>(work, new CompletableFuture<T>());
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
        try {
            while (true) {
                batch.add(queue.take());
                queue.drainTo(batch, MAX_BATCH - 1);
                boolean stop = batch.remove(STOP);
                if (!batch.isEmpty()) commit(batch);
                batch.clear();
                if (stop) break;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
            failWaiting();
        }
    }

    private void commit(List<Job<?>> batch) {
        List<Done<?>> done = new ArrayList<>(batch.size());
        try {
            for (Job<?> job : batch) runOne(job, done);
            connection.commit();
        } catch (SQLException | RuntimeException failure) {
            rollBack();
            var unavailable = new StoreUnavailable("commit failed", failure);
            for (Job<?> job : batch) job.answer.completeExceptionally(unavailable);
            LOG.atError().setCause(failure).log("store.commit.failed");
            return;
        }
        for (Runnable action : tx.takeAfterCommit()) runQuietly(action);
        done.forEach(Done::complete);
    }

    private <T> void runOne(Job<T> job, List<Done<?>> done) throws SQLException {
        Savepoint before = connection.setSavepoint();
        int mark = tx.afterCommitMark();
        try {
            done.add(new Done<>(job.answer, job.work.in(tx)));
            connection.releaseSavepoint(before);
        } catch (SQLException | RuntimeException failure) {
            connection.rollback(before);
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
            connection.rollback();
        } catch (SQLException failure) {
            LOG.atError().setCause(failure).log("store.rollback.failed");
        }
    }

    private static void runQuietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            LOG.atError().setCause(failure).log("store.after-commit.failed");
        }
    }

    private void failWaiting() {
        for (Job<?> job = queue.poll(); job != null; job = queue.poll()) {
            job.answer.completeExceptionally(new StoreUnavailable("database is closed", null));
        }
    }

    /** Writes what is queued, then ends. */
    @Override
    public void close() {
        closing = true;
        try {
            queue.put(STOP);
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
