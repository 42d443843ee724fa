package postern.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** A host that nothing should ever call. */
final class Stranger implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger visits = new AtomicInteger();

    Stranger() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::count);
    }

    private void count() {
        while (!listener.isClosed()) {
            try {
                listener.accept().close();
                visits.incrementAndGet();
            } catch (IOException closed) {
                return;
            }
        }
    }

    String authority() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    int visits() {
        return visits.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
