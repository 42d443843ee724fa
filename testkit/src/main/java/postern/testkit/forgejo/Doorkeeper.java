package postern.testkit.forgejo;

import postern.testkit.wire.WireConnection;
import postern.testkit.wire.WireRequest;
import postern.testkit.wire.WireServer;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * Lets requests wait until the forge is built: it needs to know its own port, so the listener comes
 * first.
 */
final class Doorkeeper implements WireServer.Handler {
    private final CountDownLatch opened = new CountDownLatch(1);
    private volatile FrontDoor door;

    void open(FrontDoor built) {
        door = built;
        opened.countDown();
    }

    @Override
    public void handle(WireRequest request, WireConnection connection)
            throws IOException, InterruptedException {
        opened.await();
        door.handle(request, connection);
    }
}
