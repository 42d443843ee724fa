package postern.fetch;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLSocketFactory;

/**
 * Gets one small JSON document over HTTPS. The name is resolved once, and exactly an address that
 * the guard allows is connected to, so a second answer of the name server changes nothing. Each
 * fetch has a platform thread of its own: looking up a name blocks and cannot be interrupted.
 */
public final class HttpsFetch implements AutoCloseable {
    private final Resolver resolver;
    private final AddressGuard guard;
    private final SSLSocketFactory sockets;
    private final FetchLimits limits;
    private final ThreadPoolExecutor threads;

    public HttpsFetch(
            Resolver resolver, AddressGuard guard, SSLSocketFactory sockets, FetchLimits limits) {
        this.resolver = resolver;
        this.guard = guard;
        this.sockets = sockets;
        this.limits = limits;
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        limits.parallel(),
                        10,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        Thread.ofPlatform().name("postern-fetch-", 0).daemon(true).factory());
    }

    /**
     * @param url https with a host name
     * @throws FetchFailed for whatever reason; the time of the limits is never exceeded
     */
    public Fetched get(URI url) throws FetchFailed {
        var connection = new GuardedConnection(resolver, guard, sockets, limits.time());
        Future<Fetched> fetch;
        try {
            fetch = threads.submit(() -> connection.get(url, limits.body()));
        } catch (RejectedExecutionException full) {
            throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "too many fetches at once", full);
        }
        try {
            return fetch.get(limits.time().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            throw new FetchFailed(FetchFailed.Kind.UNAVAILABLE, "took too long", slow);
        } catch (ExecutionException failure) {
            throw failed(failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new FetchFailed(FetchFailed.Kind.OUR_LIMIT, "interrupted", interrupted);
        } finally {
            connection.close();
        }
    }

    private static FetchFailed failed(Throwable cause) {
        if (cause instanceof FetchFailed failed) return failed;
        FetchFailed.Kind kind =
                cause instanceof IOException
                        ? FetchFailed.Kind.UNAVAILABLE
                        : FetchFailed.Kind.NOT_USABLE;
        return new FetchFailed(
                kind, "connection failed: " + cause.getClass().getSimpleName(), cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
