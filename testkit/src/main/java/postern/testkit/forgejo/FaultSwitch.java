package postern.testkit.forgejo;

import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** One fault in force. */
public final class FaultSwitch {
    private final Predicate<Exchange> covers;
    private final Fault fault;
    private final CountDownLatch off = new CountDownLatch(1);
    private long left;
    private long taken;

    FaultSwitch(Predicate<Exchange> covers, Fault fault, long times) {
        this.covers = covers;
        this.fault = fault;
        this.left = times;
    }

    /** How many requests it has met; to wait until a request hangs, wait for this to grow. */
    public synchronized long taken() {
        return taken;
    }

    /** Meets no more requests, and those that wait go on; a second time it does nothing. */
    public synchronized void off() {
        left = 0;
        off.countDown();
    }

    synchronized boolean takes(Exchange exchange) {
        if (left == 0 || !covers.test(exchange)) {
            return false;
        }
        left--;
        taken++;
        return true;
    }

    Fault fault() {
        return fault;
    }

    void awaitOff() throws InterruptedException {
        off.await();
    }
}
