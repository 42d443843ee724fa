package postern.http;

import postern.core.Check;
import postern.core.DataSize;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the server listens on and what it puts up with.
 *
 * @param listen port 0 picks a free one, see {@link HttpServer#port()}
 * @param allowedHosts what a Host header may say, {@code host[:port]} in lower case; {@code :0}
 *     stands for the port that was picked
 * @param trustedProxies addresses or networks ({@code 10.0.0.0/8}) whose X-Forwarded-For or
 *     Forwarded is believed
 * @param maxBody for routes that name no limit of their own
 * @param bodyDeadline for the whole body, from the end of the headers
 * @param slowReaderDeadline for one event, and for each 64 KiB of a plain answer
 * @param maxRequestsInFlight requests being answered; one more is refused with 503
 * @param maxStreams open event streams; one more is refused with 503
 * @param maxConnections further connections wait in the kernel's queue. Each may cost its headers
 *     and the beginning of a body, so by default the heap decides, see {@link #standard}. One
 *     client address, for IPv6 a network of 64 bits, may have a quarter of them, and what it opens
 *     beyond is closed at once; a trusted proxy may have all
 * @param httpsOrigin how the outside reaches us; empty where that is plain http, on loopback
 */
public record HttpConfig(
        InetSocketAddress listen,
        Set<String> allowedHosts,
        List<String> trustedProxies,
        DataSize maxBody,
        Duration bodyDeadline,
        Duration slowReaderDeadline,
        int maxRequestsInFlight,
        int maxStreams,
        int maxConnections,
        Optional<String> httpsOrigin) {
    public HttpConfig {
        allowedHosts = Set.copyOf(allowedHosts);
        trustedProxies = List.copyOf(trustedProxies);
        Check.that(!allowedHosts.isEmpty(), "http.allowed-hosts", "must name at least one host");
        Check.between("http.max-body", maxBody, new DataSize(1), DataSize.ofMebibytes(64));
        Check.between(
                "http.body-deadline", bodyDeadline, Duration.ofMillis(50), Duration.ofMinutes(5));
        Check.between(
                "http.slow-reader-deadline",
                slowReaderDeadline,
                Duration.ofMillis(50),
                Duration.ofMinutes(5));
        Check.between("http.max-requests-in-flight", maxRequestsInFlight, 1, 100_000);
        Check.between("http.max-streams", maxStreams, 0, 100_000);
        Check.between("http.max-connections", maxConnections, 1, 200_000);
    }

    private static final long HEAP_BYTES_PER_CONNECTION = 96 * 1024;

    /**
     * 64 KiB bodies, ten seconds each way, 1024 requests, 4096 streams; one connection for each 96
     * KiB of the largest heap, at least 256 and at most 8192.
     */
    public static HttpConfig standard(InetSocketAddress listen, Set<String> allowedHosts) {
        return new HttpConfig(
                listen,
                allowedHosts,
                List.of(),
                DataSize.ofKibibytes(64),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                1024,
                4096,
                connectionsFor(Runtime.getRuntime().maxMemory()),
                Optional.empty());
    }

    /** Headers of 16 KiB take up to 48 KiB while they are read, the beginning of a body 16 KiB. */
    static int connectionsFor(long heapBytes) {
        return Math.clamp(heapBytes / HEAP_BYTES_PER_CONNECTION, 256, 8192);
    }
}
