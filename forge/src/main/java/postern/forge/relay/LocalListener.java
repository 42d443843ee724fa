package postern.forge.relay;

import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.BlockingWriteTimeoutHandler;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The socket that children connect to, its I/O thread and the workers. Undertow's own builder has
 * no place between the accepting of a connection and its serving, which {@link LocalConnections}
 * needs.
 */
final class LocalListener implements AutoCloseable {
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MAX_BUFFERS = 512;
    private static final int IDLE_MILLIS = 60_000;
    private static final int PARSE_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;
    private static final int BACKLOG = 1024;
    private static final int END_SECONDS = 10;

    private final XnioWorker worker;
    private final AcceptingChannel<StreamConnection> socket;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalListener(XnioWorker worker, AcceptingChannel<StreamConnection> socket) {
        this.worker = worker;
        this.socket = socket;
    }

    /** Listens on a free port of 127.0.0.1. */
    static LocalListener open(
            RelayLimits limits, LocalConnections connections, HttpHandler handler) {
        var http =
                new HttpOpenListener(
                        new DefaultByteBufferPool(true, BUFFER_BYTES, MAX_BUFFERS, 0),
                        requestOptions(limits));
        // On the thread that writes: whoever else closed the connection would end the exchange, and
        // with it the buffer, under its hands.
        http.setRootHandler(
                BlockingWriteTimeoutHandler.builder()
                        .writeTimeout(limits.slowReader())
                        .nextHandler(handler)
                        .build());
        XnioWorker worker = worker(limits.workers());
        try {
            AcceptingChannel<StreamConnection> socket =
                    worker.createStreamConnectionServer(
                            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                            ChannelListeners.openListenerAdapter(
                                    (StreamConnection c) -> connections.accept(c, http)),
                            socketOptions());
            socket.resumeAccepts();
            return new LocalListener(worker, socket);
        } catch (IOException failure) {
            worker.shutdownNow();
            throw new UncheckedIOException("the relay cannot listen on 127.0.0.1", failure);
        }
    }

    private static XnioWorker worker(int threads) {
        try {
            return Xnio.getInstance(LocalListener.class.getClassLoader())
                    .createWorker(
                            OptionMap.builder()
                                    .set(Options.WORKER_NAME, "postern-relay")
                                    .set(Options.WORKER_IO_THREADS, 1)
                                    .set(Options.WORKER_TASK_CORE_THREADS, threads)
                                    .set(Options.WORKER_TASK_MAX_THREADS, threads)
                                    .set(Options.TCP_NODELAY, true)
                                    .getMap());
        } catch (IOException failure) {
            throw new UncheckedIOException("the threads of the relay cannot be started", failure);
        }
    }

    private static OptionMap socketOptions() {
        return OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, 1)
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.BACKLOG, BACKLOG)
                .set(Options.READ_TIMEOUT, READ_MILLIS)
                .getMap();
    }

    private static OptionMap requestOptions(RelayLimits limits) {
        return OptionMap.builder()
                .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                .set(UndertowOptions.MAX_ENTITY_SIZE, limits.maxRequest().bytes())
                .set(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MILLIS)
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .getMap();
    }

    int port() {
        return socket.getLocalAddress(InetSocketAddress.class).getPort();
    }

    /** Ends every connection and every call under way. The second time does nothing. */
    @Override
    public void close() {
        // closing the socket again would wait for I/O threads that have ended
        if (closed.getAndSet(true)) return;
        IoUtils.safeClose(socket);
        worker.shutdownNow();
        try {
            worker.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
