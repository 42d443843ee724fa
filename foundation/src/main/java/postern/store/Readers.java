package postern.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A few read-only connections; a read never waits for the writer. */
final class Readers implements AutoCloseable {
    private static final long WAIT_SECONDS = 5;

    private final BlockingQueue<Tx> idle;
    private final List<Connection> connections = new ArrayList<>();

    interface Opener {
        Connection open() throws SQLException;
    }

    Readers(int count, Opener opener) throws SQLException {
        idle = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            Connection connection = opener.open();
            connections.add(connection);
            idle.add(new Tx(connection));
        }
    }

    <T> T read(Work<T> work) {
        Tx tx = borrow();
        try {
            return work.in(tx);
        } catch (SQLException failure) {
            throw new StoreUnavailable("read failed", failure);
        } finally {
            idle.add(tx);
        }
    }

    private Tx borrow() {
        try {
            Tx tx = idle.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (tx == null) throw new StoreUnavailable("no reader free", null);
            return tx;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("interrupted", interrupted);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) connection.close();
    }
}
