package postern.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.AbstractServerConnection;
import io.undertow.server.HttpServerExchange;

import org.xnio.IoUtils;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSourceConduit;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Notices within milliseconds that the client has gone while its request is being answered: reads
 * the connection behind Undertow's back, which otherwise looks at it only between requests. Bytes
 * of a request that was sent ahead are given back; from then on the watch is blind. May be stopped
 * from any thread.
 */
final class ConnectionWatch implements ReadReadyHandler {
    private enum Mode {
        KEEP_INPUT,
        DISCARD_INPUT,
        STOPPED
    }

    private final AbstractServerConnection connection;
    private final StreamSourceConduit source;
    private final Consumer<String> gone;
    private Mode mode = Mode.KEEP_INPUT;
    private boolean looking;

    private ConnectionWatch(AbstractServerConnection connection, Consumer<String> gone) {
        this.connection = connection;
        this.source = connection.getOriginalSourceConduit();
        this.gone = gone;
    }

    /**
     * Call on the I/O thread, after the body was read. Empty when the next request has arrived
     * already.
     *
     * @param gone told once, with a word for the log; the connection is then closed
     */
    static Optional<ConnectionWatch> start(HttpServerExchange exchange, Consumer<String> gone) {
        if (!(exchange.getConnection() instanceof AbstractServerConnection connection)
                || connection.getExtraBytes() != null) {
            return Optional.empty();
        }
        var watch = new ConnectionWatch(connection, gone);
        watch.source.setReadReadyHandler(watch);
        watch.source.resumeReads();
        return Optional.of(watch);
    }

    /**
     * Throws away what the client still sends, until it leaves. Call on the I/O thread; the
     * connection serves no further request.
     *
     * @return false when the connection is not one that can be read
     */
    static boolean drain(HttpServerExchange exchange, Consumer<String> gone) {
        if (!(exchange.getConnection() instanceof AbstractServerConnection connection))
            return false;
        var watch = new ConnectionWatch(connection, gone);
        watch.discardInput();
        watch.source.setReadReadyHandler(watch);
        watch.source.resumeReads();
        return true;
    }

    /** From here on the connection serves no further request. */
    synchronized void discardInput() {
        if (mode == Mode.KEEP_INPUT) mode = Mode.DISCARD_INPUT;
    }

    /** Gives the connection back to Undertow; the watcher hears nothing any more. */
    synchronized void stop() {
        if (mode == Mode.STOPPED) return;
        mode = Mode.STOPPED;
        source.suspendReads();
        source.setReadReadyHandler(
                new ChannelListenerHandler<>(connection.getChannel().getSourceChannel()));
    }

    @Override
    public void readReady() {
        String why = look();
        if (why == null) return;
        IoUtils.safeClose(connection);
        gone.accept(why);
    }

    private synchronized String look() {
        if (mode == Mode.STOPPED) return null;
        looking = true;
        try (var input = new Input(connection)) {
            while (true) {
                input.pooled.getBuffer().clear();
                int count = source.read(input.pooled.getBuffer());
                if (count == 0) return null;
                if (count < 0) return ended("fin");
                if (mode == Mode.KEEP_INPUT) {
                    input.giveBack();
                    source.suspendReads();
                    return null;
                }
            }
        } catch (IOException reset) {
            return ended("rst");
        } finally {
            looking = false;
        }
    }

    private String ended(String why) {
        mode = Mode.STOPPED;
        source.suspendReads();
        return why;
    }

    @Override
    public void forceTermination() {
        terminated();
    }

    @Override
    public void terminated() {
        synchronized (this) {
            // Reading the end of the input comes through here, too; the reader has a better word.
            if (mode == Mode.STOPPED || looking) return;
            mode = Mode.STOPPED;
        }
        gone.accept("closed");
    }

    private static final class Input implements AutoCloseable {
        private final AbstractServerConnection connection;
        private final PooledByteBuffer pooled;
        private boolean givenBack;

        private Input(AbstractServerConnection connection) {
            this.connection = connection;
            this.pooled = connection.getByteBufferPool().allocate();
        }

        private void giveBack() {
            pooled.getBuffer().flip();
            connection.setExtraBytes(pooled);
            givenBack = true;
        }

        @Override
        public void close() {
            if (!givenBack) pooled.close();
        }
    }
}
