package postern.http;

import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;

import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The listening socket and the I/O threads. Undertow's own builder has no place between the
 * accepting of a connection and its serving, which {@link NewConnections} needs.
 */
final class Listener implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int POOLED_BUFFERS = 1024;
    private static final int MAX_HEADERS_BYTES = 16 * 1024;
    private static final int HEADERS_DEADLINE_MILLIS = 5_000;
    private static final int KEEP_ALIVE_MILLIS = 60_000;

    private final XnioWorker worker;
    private final AcceptingChannel<StreamConnection> socket;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Listener(XnioWorker worker, AcceptingChannel<StreamConnection> socket) {
        this.worker = worker;
        this.socket = socket;
        this.port = socket.getLocalAddress(InetSocketAddress.class).getPort();
    }

    /**
     * @throws IOException the address cannot be listened on; nothing is left running
     */
    static Listener open(HttpConfig config, NewConnections connections, HttpHandler handler)
            throws IOException {
        var http =
                new HttpOpenListener(
                        // Bounded and without a cache per thread: each virtual thread would get
                        // its own.
                        new DefaultByteBufferPool(true, BUFFER_BYTES, POOLED_BUFFERS, 0),
                        requestOptions());
        http.setRootHandler(handler);
        XnioWorker worker =
                Xnio.getInstance(Listener.class.getClassLoader()).createWorker(workerOptions());
        try {
            AcceptingChannel<StreamConnection> socket =
                    worker.createStreamConnectionServer(
                            config.listen(),
                            ChannelListeners.openListenerAdapter(
                                    (StreamConnection c) -> connections.accept(c, http)),
                            socketOptions(config.maxConnections()));
            socket.resumeAccepts();
            return new Listener(worker, socket);
        } catch (IOException | RuntimeException failure) {
            worker.shutdownNow();
            throw failure;
        }
    }

    private static OptionMap workerOptions() {
        return OptionMap.builder()
                .set(Options.WORKER_NAME, "postern-http")
                .set(Options.WORKER_IO_THREADS, ioThreads())
                .set(Options.WORKER_TASK_CORE_THREADS, 2)
                .set(Options.WORKER_TASK_MAX_THREADS, 2)
                .set(Options.TCP_NODELAY, true)
                .getMap();
    }

    private static int ioThreads() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    private static OptionMap socketOptions(int maxConnections) {
        return OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, ioThreads())
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BALANCING_TOKENS, 1)
                .set(Options.BALANCING_CONNECTIONS, 2)
                .set(Options.BACKLOG, 1024)
                .set(Options.CONNECTION_HIGH_WATER, maxConnections)
                .set(Options.CONNECTION_LOW_WATER, maxConnections)
                .getMap();
    }

    private static OptionMap requestOptions() {
        return OptionMap.builder()
                .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                // The frame has its own limits, which give an answer.
                .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADERS_BYTES)
                .set(UndertowOptions.MAX_HEADERS, 100)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADERS_DEADLINE_MILLIS)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, KEEP_ALIVE_MILLIS)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.ENABLE_HTTP2, false)
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .getMap();
    }

    /** The port that was picked, or the configured one. */
    int port() {
        return port;
    }

    /** Ends every connection, and returns when all have ended. The second time does nothing. */
    @Override
    public void close() {
        // closing the socket again would wait for I/O threads that have ended
        if (closed.getAndSet(true)) return;
        IoUtils.safeClose(socket);
        worker.shutdown();
        try {
            worker.awaitTermination();
        } catch (InterruptedException interrupted) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
