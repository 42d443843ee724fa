package postern.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A few read-only connections; a read never waits for the writer. */
final class Readers implements AutoCloseable {
    private final BlockingQueue<Tx> idle;
    private final List<Connection> connections = new ArrayList<>();
    private final Duration wait;
    private volatile boolean closed;

    interface Opener {
        Connection open() throws SQLException;
    }

    /**
     * @param wait how long a read waits for a connection, and closing for the reads that run
     */
    Readers(int count, Duration wait, Opener opener) throws SQLException {
        this.wait = wait;
        idle = new ArrayBlockingQueue<>(count);
        try {
            for (int i = 0; i < count; i++) {
                Connection connection = opener.open();
                connections.add(connection);
                idle.add(Tx.reading(connection));
            }
        } catch (SQLException failure) {
            try (this) {
                throw failure;
            }
        }
    }

    <T> T read(Work<T> work) {
        Tx tx = borrow();
        try {
            if (closed) throw new StoreUnavailable("database is closed", null);
            return work.in(tx);
        } catch (SQLException failure) {
            throw new StoreUnavailable("read failed", failure);
        } finally {
            idle.add(tx);
        }
    }

    private Tx borrow() {
        try {
            Tx tx = idle.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
            if (tx == null) throw new StoreUnavailable("no reader free", null);
            return tx;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted", interrupted);
        }
    }

    /** Refuses new reads, lets those that run come to their end, then closes. */
    @Override
    public void close() throws SQLException {
        if (closed) return;
        closed = true;
        List<Tx> returned = new ArrayList<>();
        try {
            while (returned.size() < connections.size()) returned.add(borrow());
        } catch (StoreUnavailable stillReading) {
            // its statements fail from here on
        } finally {
            idle.addAll(returned);
        }
        SQLException first = null;
        for (Connection connection : connections) {
            try {
                connection.close();
            } catch (SQLException failure) {
                if (first == null) first = failure;
                else first.addSuppressed(failure);
            }
        }
        if (first != null) throw first;
    }
}
