package postern.forge.relay;

import postern.core.Secret;
import postern.core.Undo;

import java.net.URI;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The loopback listener that all children share. Children are told apart by their dummy tokens,
 * never by the path, because addresses end up in error texts.
 */
public final class Relay implements AutoCloseable {
    private final RelayConfig config;
    private final RelayMeans means;
    private final DummyTokens tokens;
    private final ForgeCalls forge;
    private final LocalListener listener;
    private final URI url;
    private final ClientText clientText;
    private final AtomicLong leases = new AtomicLong();

    private Relay(
            RelayConfig config,
            RelayMeans means,
            DummyTokens tokens,
            ForgeCalls forge,
            LocalListener listener,
            DownloadUrls downloads) {
        this.config = config;
        this.means = means;
        this.tokens = tokens;
        this.forge = forge;
        this.listener = listener;
        this.url = downloads.relayUrl();
        this.clientText = new ClientText(downloads);
    }

    /** Listens on a free port of 127.0.0.1. */
    public static Relay start(RelayConfig config, RelayMeans means) {
        var tokens = new DummyTokens(means.random());
        try (var undo = new Undo()) {
            var forge = undo.own(new ForgeCalls(config));
            var late = new LateHandler();
            RelayLimits limits = config.limits();
            var connections = new LocalConnections(limits.maxConnections());
            var listener = undo.own(LocalListener.open(limits, connections, late));
            int port = listener.port();
            URI url = URI.create("http://127.0.0.1:" + port);
            var locations = new Locations(url, config.publicUrl(), config.apiUrl());
            var downloads = new DownloadUrls(url, config.publicUrl(), locations);
            late.become(
                    new RelayHandler(
                            new AdmissionRules(
                                    tokens,
                                    config.allowed(),
                                    Set.of(url.getAuthority(), "localhost:" + port)),
                            connections,
                            new CallPlaces(limits.callsAtOnce(), limits.workers()),
                            forge,
                            new AnswerWriter(locations, downloads, limits),
                            limits.callTimeout(),
                            means));
            undo.release();
            return new Relay(config, means, tokens, forge, listener, downloads);
        }
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
        listener.close();
        forge.close();
    }
}
