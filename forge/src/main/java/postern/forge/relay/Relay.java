package postern.forge.relay;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;

import org.xnio.Options;

import postern.core.Secret;
import postern.core.Undo;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Semaphore;

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
    private final DummyTokens tokens;
    private final ForgeCalls forge;
    private final Undertow server;
    private final URI url;

    private Relay(
            RelayConfig config, DummyTokens tokens, ForgeCalls forge, Undertow server, URI url) {
        this.config = config;
        this.tokens = tokens;
        this.forge = forge;
        this.server = server;
        this.url = url;
    }

    /** Listens on a free port of 127.0.0.1. */
    public static Relay start(RelayConfig config, SecureRandom random) {
        var tokens = new DummyTokens(random);
        try (var undo = new Undo()) {
            var forge = undo.own(new ForgeCalls(config));
            var late = new LateHandler();
            Undertow server = build(config, late);
            server.start();
            undo.own(server::stop);
            var address = (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
            URI url = URI.create("http://127.0.0.1:" + address.getPort());
            var locations = new Locations(url, config.publicUrl(), config.apiUrl());
            late.become(
                    new RelayHandler(
                            config,
                            tokens,
                            forge,
                            new AnswerWriter(config.rewrites(), locations),
                            Set.of(url.getAuthority(), "localhost:" + address.getPort())));
            undo.release();
            return new Relay(config, tokens, forge, server, url);
        }
    }

    private static Undertow build(RelayConfig config, LateHandler handler) {
        return Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER_BYTES, MAX_BUFFERS, 0))
                .setIoThreads(1)
                .setWorkerThreads(config.workers())
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, config.maxRequest().bytes())
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
        var admitted = new DummyTokens.Admitted(access, new Semaphore(config.callsPerLease()));
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
