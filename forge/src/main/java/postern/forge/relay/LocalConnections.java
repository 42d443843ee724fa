package postern.forge.relay;

import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpServerExchange;

import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the connections to the relay. All come from this machine, so addresses tell nothing. A
 * connection over which no good dummy token has come is a stranger's: it has a few seconds, and is
 * the first to be closed when room is needed. Then those of children go that have been without a
 * call for longest. Safe for many threads.
 */
final class LocalConnections {
    /** Until the first request with a good token. Children send it as soon as they connect. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final int most;

    /** The oldest first. */
    private final Map<StreamConnection, XnioExecutor.Key> strangers = new LinkedHashMap<>();

    /** The one that has been idle for longest first. */
    private final Set<StreamConnection> idle = new LinkedHashSet<>();

    /** With a call under way, of which there are fewer than connections. */
    private final Set<StreamConnection> busy = new HashSet<>();

    LocalConnections(int most) {
        this.most = most;
    }

    /** Call once, before anything else has the connection. */
    void accept(StreamConnection connection, ChannelListener<StreamConnection> server) {
        connection.setCloseListener(this::forget);
        if (!letIn(connection)) {
            IoUtils.safeClose(connection);
            return;
        }
        server.handleEvent(connection);
    }

    private boolean letIn(StreamConnection connection) {
        while (true) {
            StreamConnection leaving;
            synchronized (this) {
                if (strangers.size() + idle.size() + busy.size() < most) {
                    return arm(connection);
                }
                leaving = first();
                if (leaving == null) return false;
                forget(leaving);
            }
            IoUtils.safeClose(leaving);
        }
    }

    private StreamConnection first() {
        if (!strangers.isEmpty()) return strangers.keySet().iterator().next();
        return idle.isEmpty() ? null : idle.iterator().next();
    }

    private boolean arm(StreamConnection connection) {
        try {
            strangers.put(
                    connection,
                    connection
                            .getIoThread()
                            .executeAfter(
                                    () -> closeStranger(connection),
                                    PATIENCE.toMillis(),
                                    TimeUnit.MILLISECONDS));
            return true;
        } catch (RejectedExecutionException relayEnds) {
            return false;
        }
    }

    private void closeStranger(StreamConnection connection) {
        synchronized (this) {
            if (strangers.remove(connection) == null) return;
        }
        IoUtils.safeClose(connection);
    }

    /** A request with a good token has come: this is no stranger. */
    void known(HttpServerExchange exchange) {
        StreamConnection connection = connection(exchange);
        if (connection == null) return;
        synchronized (this) {
            XnioExecutor.Key deadline = strangers.remove(connection);
            if (deadline != null) deadline.remove();
            if (deadline != null || idle.remove(connection)) idle.add(connection);
        }
    }

    /** From here to {@link #end} the connection stays, whoever needs room. */
    void begin(HttpServerExchange exchange) {
        StreamConnection connection = connection(exchange);
        synchronized (this) {
            if (idle.remove(connection)) busy.add(connection);
        }
    }

    void end(HttpServerExchange exchange) {
        StreamConnection connection = connection(exchange);
        synchronized (this) {
            if (busy.remove(connection)) idle.add(connection);
        }
    }

    private static StreamConnection connection(HttpServerExchange exchange) {
        return exchange.getConnection() instanceof AbstractServerConnection connection
                ? connection.getChannel()
                : null;
    }

    private synchronized void forget(StreamConnection connection) {
        XnioExecutor.Key deadline = strangers.remove(connection);
        if (deadline != null) deadline.remove();
        idle.remove(connection);
        busy.remove(connection);
    }
}
