package postern.http;

import postern.core.Ticker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A running server. Closing it ends every connection; closing it twice is harmless. */
public final class HttpServer implements AutoCloseable {
    /** For the whole head of a connection's first request. */
    private static final Duration FIRST_REQUEST_PATIENCE = Duration.ofSeconds(5);

    /** Beginnings of bodies get one part, what goes beyond two; a handler may copy them. */
    private static final int HEAP_PARTS = 16;

    private final Listener listener;
    private final ExecutorService threads;
    private final Load load;

    private HttpServer(Listener listener, ExecutorService threads, Load load) {
        this.listener = listener;
        this.threads = threads;
        this.load = load;
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
        long part = Runtime.getRuntime().maxMemory() / HEAP_PARTS;
        return start(
                config,
                routes,
                log,
                requestIds,
                new Load(
                        config.maxRequestsInFlight(),
                        config.maxStreams(),
                        part,
                        2 * part,
                        Ticker.system()));
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
        var frame = new Frame(shared, routes, hosts, requestIds, threads);
        var connections =
                new NewConnections(
                        config,
                        new TrustedProxies(config.trustedProxies()),
                        FIRST_REQUEST_PATIENCE,
                        load);
        Listener listener;
        try {
            listener =
                    Listener.open(
                            config,
                            connections,
                            exchange -> {
                                connections.requestCame(exchange);
                                frame.handleRequest(exchange);
                            });
        } catch (IOException | RuntimeException failure) {
            threads.shutdownNow();
            if (isAddressTrouble(failure)) throw new PortInUse(config.listen(), failure);
            throw failure instanceof RuntimeException fault
                    ? fault
                    : new UncheckedIOException((IOException) failure);
        }
        hosts.allow(config.allowedHosts(), listener.port());
        return new HttpServer(listener, threads, load);
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
        return listener.port();
    }

    /** Requests being answered now, streams not counted. */
    public int requestsInFlight() {
        return load.requests();
    }

    /** Kept for request bodies that are being read or answered. */
    long bodyBytes() {
        return load.bodyBytes();
    }

    public int openStreams() {
        return load.streams();
    }

    /** From here on each new request gets 503, and each answer is its connection's last. */
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

    /**
     * Waits until every client has left. A client whose last answer came just before {@link
     * #stopAccepting} knows nothing of it and may be sending its next request: closing the
     * connection would leave it not knowing whether that was worked on.
     *
     * @param patience from the last answer that was not its connection's last
     * @return false when some were still connected
     */
    public boolean awaitUnconnected(Duration patience) throws InterruptedException {
        return load.awaitUnconnected(patience);
    }

    @Override
    public void close() {
        load.stop();
        listener.close();
        threads.shutdownNow();
    }
}
