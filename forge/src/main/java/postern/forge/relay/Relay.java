package postern.forge.relay;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;

import org.xnio.Options;

import postern.core.Secret;
import postern.core.Undo;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The loopback listener that all children share. Children are told apart by their dummy tokens,
 * never by the path, because addresses end up in error texts.
 */
public final class Relay implements AutoCloseable {
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MAX_BUFFERS = 512;
    private static final int IDLE_MILLIS = 60_000;
    private static final int PARSE_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;

    private final RelayConfig config;
    private final RelayMeans means;
    private final DummyTokens tokens;
    private final ForgeCalls forge;
    private final Undertow server;
    private final URI url;
    private final ClientText clientText;
    private final AtomicLong leases = new AtomicLong();

    private Relay(
            RelayConfig config,
            RelayMeans means,
            DummyTokens tokens,
            ForgeCalls forge,
            Undertow server,
            DownloadUrls downloads) {
        this.config = config;
        this.means = means;
        this.tokens = tokens;
        this.forge = forge;
        this.server = server;
        this.url = downloads.relayUrl();
        this.clientText = new ClientText(downloads);
    }

    /** Listens on a free port of 127.0.0.1. */
    public static Relay start(RelayConfig config, RelayMeans means) {
        var tokens = new DummyTokens(means.random());
        try (var undo = new Undo()) {
            var forge = undo.own(new ForgeCalls(config));
            var late = new LateHandler();
            Undertow server = build(config.limits(), late);
            server.start();
            undo.own(server::stop);
            var address = (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
            URI url = URI.create("http://127.0.0.1:" + address.getPort());
            var locations = new Locations(url, config.publicUrl(), config.apiUrl());
            var downloads = new DownloadUrls(url, config.publicUrl(), locations);
            late.become(
                    new RelayHandler(
                            new AdmissionRules(
                                    tokens,
                                    config.allowed(),
                                    Set.of(url.getAuthority(), "localhost:" + address.getPort())),
                            forge,
                            new AnswerWriter(locations, downloads, config.limits()),
                            config.limits().callTimeout(),
                            means));
            undo.release();
            return new Relay(config, means, tokens, forge, server, downloads);
        }
    }

    private static Undertow build(RelayLimits limits, LateHandler handler) {
        return Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER_BYTES, MAX_BUFFERS, 0))
                .setIoThreads(1)
                .setWorkerThreads(limits.workers())
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, limits.maxRequest().bytes())
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setSocketOption(Options.READ_TIMEOUT, READ_MILLIS)
                .setHandler(handler)
                .build();
    }

    /** Where children send their requests: scheme, address and port. */
    public URI url() {
        return url;
    }

    /** Lets one child in. From {@link Entry#close()} on, its dummy token is unknown. */
    public Entry admit(RelayAccess access) {
        RelayLimits limits = config.limits();
        var admitted =
                new DummyTokens.Admitted(
                        leases.incrementAndGet(),
                        access,
                        new Semaphore(limits.callsAtOnce()),
                        new CallRate(limits.callsPerMinute(), means.ticker()));
        return new Entry(tokens.add(admitted));
    }

    /** How many children are let in now. */
    public int entries() {
        return tokens.size();
    }

    /** One child's admission. */
    public final class Entry implements AutoCloseable {
        private final Secret dummyToken;

        private Entry(Secret dummyToken) {
            this.dummyToken = dummyToken;
        }

        public URI url() {
            return url;
        }

        /** Good at this relay and nowhere else. */
        public Secret dummyToken() {
            return dummyToken;
        }

        /**
         * A line of this child as its client may see it: with the forge's addresses instead of ours
         * and without the dummy token. The same array when there is nothing to change.
         */
        public byte[] forClient(byte[] line) {
            return clientText.of(line, dummyToken);
        }

        @Override
        public void close() {
            tokens.remove(dummyToken);
        }
    }

    /** Stops listening and cuts off calls under way. */
    @Override
    public void close() {
        server.stop();
        forge.close();
    }
}
