package postern.testkit.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Listens on loopback and hands every request to one handler, each connection on its own virtual
 * thread. All methods may be called from any thread; closing twice is harmless.
 */
public final class WireServer implements AutoCloseable {
    /** Answers a request, or ends its connection; an exception ends the connection too. */
    @FunctionalInterface
    public interface Handler {
        void handle(WireRequest request, WireConnection connection)
                throws IOException, InterruptedException;
    }

    private final Handler handler;
    private final int port;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<WireConnection> open = ConcurrentHashMap.newKeySet();
    private ServerSocket listener;
    private Thread acceptor;

    /**
     * Starts to listen.
     *
     * @param port 0 picks a free one
     */
    public WireServer(int port, Handler handler) throws IOException {
        this.handler = handler;
        listener = listen(port);
        this.port = listener.getLocalPort();
    }

    public int port() {
        return port;
    }

    /** Ends the listener and every connection: who connects now is refused. */
    public synchronized void refuseConnections() throws IOException {
        listener.close();
        try {
            // The port stays open as long as a thread waits in accept.
            acceptor.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        open.forEach(WireConnection::close);
    }

    /**
     * Listens again on the same port.
     *
     * @throws IOException somebody else has taken the port meanwhile
     */
    public synchronized void acceptConnections() throws IOException {
        if (listener.isClosed() && !executor.isShutdown()) {
            listener = listen(port);
        }
    }

    private synchronized ServerSocket listen(int onPort) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 128);
        } catch (IOException taken) {
            socket.close();
            throw taken;
        }
        acceptor = Thread.ofVirtual().start(() -> accept(socket));
        return socket;
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                var connection = new WireConnection(from.accept());
                open.add(connection);
                if (from.isClosed()) {
                    connection.close();
                }
                executor.execute(() -> serve(connection));
            } catch (IOException | RejectedExecutionException closed) {
                // The loop ends when the listener is closed; one broken connection is nothing.
            }
        }
    }

    private void serve(WireConnection connection) {
        try (connection) {
            boolean goesOn = true;
            while (goesOn) {
                Optional<WireRequest> request = connection.next();
                if (request.isPresent()) {
                    handler.handle(request.get(), connection);
                }
                goesOn =
                        request.isPresent()
                                && connection.isOpen()
                                && !request.get().endsConnection();
            }
        } catch (IOException broken) {
            // The other side went away, or spoke no HTTP: nobody is left to be told.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(connection);
        }
    }

    @Override
    public void close() {
        try {
            refuseConnections();
        } catch (IOException alreadyClosed) {
            // Closed is what it was to become.
        }
        executor.shutdownNow();
    }
}
