package postern.fetch;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLSocketFactory;

/**
 * Gets one small JSON document over HTTPS. The name is resolved once, and exactly an address that
 * the guard allows is connected to, so a second answer of the name server changes nothing. A fetch
 * takes its place when the addresses are known: a silent name server keeps nobody else out.
 */
public final class HttpsFetch implements AutoCloseable {
    private final LookUps lookUps;
    private final AddressGuard guard;
    private final SSLSocketFactory sockets;
    private final FetchLimits limits;
    private final Places places;

    public HttpsFetch(
            Resolver resolver, AddressGuard guard, SSLSocketFactory sockets, FetchLimits limits) {
        this.lookUps = new LookUps(resolver);
        this.guard = guard;
        this.sockets = sockets;
        this.limits = limits;
        this.places = new Places(limits.parallel(), "postern-fetch-", "too many fetches at once");
    }

    /**
     * @param url https with a host name
     * @throws FetchFailed for whatever reason; the time of the limits is never exceeded
     */
    public Fetched get(URI url) throws FetchFailed {
        var connection = new GuardedConnection(guard, sockets, limits.time());
        try {
            return lookUps.start(url.getHost())
                    .thenCompose(addresses ->
                            places.start(() -> connection.get(url, addresses, limits.body())))
                    .get(limits.time().toNanos(), TimeUnit.NANOSECONDS);
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
        lookUps.close();
        places.close();
    }
}
