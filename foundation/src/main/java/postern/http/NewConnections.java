package postern.http;

import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpServerExchange;

import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Lets connections in: so many from one client address that others find room, and each only for a
 * moment until its first request. Undertow's deadline for the head of a request starts with its
 * first byte, so a connection that says nothing needs one of its own.
 */
final class NewConnections {
    /** What one client may have of all connections. */
    private static final int CLIENT_PARTS = 4;

    private final TrustedProxies proxies;
    private final int maxOfOneClient;
    private final Duration patience;
    private final Load load;
    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final Map<StreamConnection, XnioExecutor.Key> silent = new ConcurrentHashMap<>();

    /**
     * @param patience for the whole head of the first request
     */
    NewConnections(HttpConfig config, TrustedProxies proxies, Duration patience, Load load) {
        this.proxies = proxies;
        this.maxOfOneClient = Math.max(1, config.maxConnections() / CLIENT_PARTS);
        this.patience = patience;
        this.load = load;
    }

    /** Call once, before anything else has the connection. */
    void accept(StreamConnection connection, ChannelListener<StreamConnection> server) {
        InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
        if (peer == null || !take(peer.getAddress())) {
            IoUtils.safeClose(connection);
            return;
        }
        connection.setCloseListener(closed -> {
            disarm(closed);
            giveBack(peer.getAddress());
            load.disconnected();
        });
        load.connected();
        armDeadline(connection);
        server.handleEvent(connection);
    }

    /** From the first request on, Undertow's deadlines are enough. */
    void requestCame(HttpServerExchange exchange) {
        if (exchange.getConnection() instanceof AbstractServerConnection connection) {
            disarm(connection.getChannel());
        }
    }

    private void armDeadline(StreamConnection connection) {
        try {
            silent.put(
                    connection,
                    connection
                            .getIoThread()
                            .executeAfter(
                                    () -> closeIfSilent(connection),
                                    patience.toMillis(),
                                    TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException serverEnds) {
            IoUtils.safeClose(connection);
        }
    }

    private void closeIfSilent(StreamConnection connection) {
        if (silent.remove(connection) != null) IoUtils.safeClose(connection);
    }

    private void disarm(StreamConnection connection) {
        XnioExecutor.Key deadline = silent.remove(connection);
        if (deadline != null) deadline.remove();
    }

    private boolean take(InetAddress client) {
        if (proxies.isTrusted(client)) return true;
        int now = open.merge(caller(client), 1, Integer::sum);
        if (now <= maxOfOneClient) return true;
        giveBack(client);
        return false;
    }

    private void giveBack(InetAddress client) {
        if (proxies.isTrusted(client)) return;
        open.computeIfPresent(caller(client), (_, count) -> count == 1 ? null : count - 1);
    }

    private static String caller(InetAddress client) {
        return Network.ofOneCaller(TrustedProxies.text(client));
    }
}
