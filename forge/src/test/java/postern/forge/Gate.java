package postern.forge;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stops the first thread that comes to it until it is opened, and nobody else. */
final class Gate implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private boolean taken;

    void pass() {
        synchronized (this) {
            if (taken) return;
            taken = true;
        }
        reached.countDown();
        await(open);
    }

    void awaitReached() {
        await(reached);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came to the gate, or opened it");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Opens it. */
    @Override
    public void close() {
        open.countDown();
    }
}
