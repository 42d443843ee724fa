package postern.e2e.rules;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens on loopback and counts who comes; nobody should. */
final class Canary implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger visits = new AtomicInteger();

    Canary() throws IOException {
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("canary").start(this::count);
    }

    private void count() {
        while (!listener.isClosed()) {
            try (Socket visitor = listener.accept()) {
                visits.incrementAndGet();
            } catch (IOException closed) {
                return;
            }
        }
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /**
     * Nobody was here. The kernel queues in order: once our own visit is counted, so is every
     * earlier one.
     */
    void requireSilence() throws IOException {
        int before = visits.get();
        try (var own = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
            long deadline = System.nanoTime() + 5_000_000_000L;
            while (visits.get() == before && System.nanoTime() < deadline) Thread.onSpinWait();
            own.getInputStream().read();
        }
        if (visits.get() != 1) {
            throw new AssertionError("expected nobody at the canary; seen " + (visits.get() - 1));
        }
        visits.set(0);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
