package postern.http;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;

import org.xnio.Options;

import postern.core.Ticker;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A running server. Closing it ends every connection; closing it twice is harmless. */
public final class HttpServer implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int POOLED_BUFFERS = 1024;
    private static final int MAX_HEADERS_BYTES = 16 * 1024;
    private static final int HEADERS_DEADLINE_MILLIS = 5_000;
    private static final int KEEP_ALIVE_MILLIS = 60_000;

    /** Bodies get one part; while one is read, its copies take up to three times its size. */
    private static final int HEAP_PARTS = 8;

    private final Undertow undertow;
    private final ExecutorService threads;
    private final Load load;
    private final int port;

    private HttpServer(Undertow undertow, ExecutorService threads, Load load, int port) {
        this.undertow = undertow;
        this.threads = threads;
        this.load = load;
        this.port = port;
    }

    /**
     * Listens and serves from here on.
     *
     * @param requestIds makes the X-Request-Id of each request; must be safe for many threads
     * @throws PortInUse the address cannot be listened on; nothing is left running
     */
    public static HttpServer start(
            HttpConfig config, Routes routes, RequestLog log, Supplier<String> requestIds)
            throws PortInUse {
        // whoever has no token may send bodies, too: all of them together must fit into the heap
        long bodies = Runtime.getRuntime().maxMemory() / HEAP_PARTS;
        return start(
                config,
                routes,
                log,
                requestIds,
                new Load(config.maxRequestsInFlight(), config.maxStreams(), bodies));
    }

    static HttpServer start(
            HttpConfig config,
            Routes routes,
            RequestLog log,
            Supplier<String> requestIds,
            Load load)
            throws PortInUse {
        var hosts = new HostRule();
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("postern-http-", 0).factory());
        var shared = new Call.Shared(config, load, log, Ticker.system());
        Undertow undertow = undertow(config, new Frame(shared, routes, hosts, requestIds, threads));
        try {
            undertow.start();
        } catch (RuntimeException failure) {
            threads.shutdownNow();
            undertow.stop();
            if (isAddressTrouble(failure)) throw new PortInUse(config.listen(), failure);
            throw failure;
        }
        var bound = (InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress();
        hosts.allow(config.allowedHosts(), bound.getPort());
        return new HttpServer(undertow, threads, load, bound.getPort());
    }

    private static Undertow undertow(HttpConfig config, Frame frame) {
        return Undertow.builder()
                .addHttpListener(
                        config.listen().getPort(), config.listen().getAddress().getHostAddress())
                // Bounded and without a cache per thread: each virtual thread would get its own.
                .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER_BYTES, POOLED_BUFFERS, 0))
                .setIoThreads(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setWorkerThreads(2)
                .setWorkerOption(Options.WORKER_NAME, "postern-http")
                .setSocketOption(Options.BACKLOG, 1024)
                .setSocketOption(Options.CONNECTION_HIGH_WATER, config.maxConnections())
                .setSocketOption(Options.CONNECTION_LOW_WATER, config.maxConnections())
                // The frame has its own limits, which give an answer.
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADERS_BYTES)
                .setServerOption(UndertowOptions.MAX_HEADERS, 100)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADERS_DEADLINE_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, KEEP_ALIVE_MILLIS)
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setHandler(frame)
                .build();
    }

    private static boolean isAddressTrouble(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException || cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    /** The port that was picked, or the configured one. */
    public int port() {
        return port;
    }

    /** Requests being answered now, streams not counted. */
    public int requestsInFlight() {
        return load.requests();
    }

    /** Of request bodies that are being read or answered, small ones not counted. */
    long bodyBytes() {
        return load.bodyBytes();
    }

    public int openStreams() {
        return load.streams();
    }

    /** From here on each new request gets 503 and its connection is closed. */
    public void stopAccepting() {
        load.stop();
    }

    /**
     * Waits until no request and no stream is open; whoever opened a stream must end it.
     *
     * @return false when some were left after {@code patience}
     */
    public boolean awaitIdle(Duration patience) throws InterruptedException {
        return load.awaitIdle(patience);
    }

    @Override
    public void close() {
        load.stop();
        undertow.stop();
        threads.shutdownNow();
    }
}
