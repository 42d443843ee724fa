package postern.http;

import postern.core.Ticker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How much is going on: counts connections, requests, streams and the bytes of request bodies,
 * refuses beyond the limits, waits for none.
 */
final class Load {
    enum Admission {
        ADMITTED,
        FULL,
        STOPPING
    }

    static final int SMALL_BODY_BYTES = 16 * 1024;

    private final int maxRequests;
    private final int maxStreams;
    private final long maxSmallBytes;
    private final long maxLargeBytes;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Condition unconnected = lock.newCondition();
    private int connections;
    private int requests;
    private int streams;
    private long smallBytes;
    private long largeBytes;
    private boolean stopping;
    private long lastKeptNanos;

    /**
     * @param maxSmallBytes for the first {@link #SMALL_BODY_BYTES} of all bodies together
     * @param maxLargeBytes for what goes beyond, of all bodies together
     */
    Load(int maxRequests, int maxStreams, long maxSmallBytes, long maxLargeBytes, Ticker ticker) {
        this.maxRequests = maxRequests;
        this.maxStreams = maxStreams;
        this.maxSmallBytes = maxSmallBytes;
        this.maxLargeBytes = maxLargeBytes;
        this.ticker = ticker;
        this.lastKeptNanos = ticker.nanos() - Duration.ofDays(1).toNanos();
    }

    /**
     * Room for more bytes of one body. The first ones of each have a share of their own, so that
     * large bodies of strangers do not keep small ones out.
     *
     * @param held what this body has already
     * @return false when there is no room, and nothing is taken
     */
    boolean takeBodyBytes(long held, long more) {
        long small = smallPart(held + more) - smallPart(held);
        long large = more - small;
        lock.lock();
        try {
            if (smallBytes + small > maxSmallBytes) return false;
            if (largeBytes + large > maxLargeBytes) return false;
            smallBytes += small;
            largeBytes += large;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param held all that one body has
     */
    void giveBodyBytesBack(long held) {
        lock.lock();
        try {
            smallBytes -= smallPart(held);
            largeBytes -= held - smallPart(held);
        } finally {
            lock.unlock();
        }
    }

    private static long smallPart(long bytes) {
        return Math.min(bytes, SMALL_BODY_BYTES);
    }

    Admission enter() {
        lock.lock();
        try {
            if (stopping) return Admission.STOPPING;
            if (requests >= maxRequests) return Admission.FULL;
            requests++;
            return Admission.ADMITTED;
        } finally {
            lock.unlock();
        }
    }

    /** An answer has gone out after which its client may send another request. */
    void kept() {
        lock.lock();
        try {
            lastKeptNanos = ticker.nanos();
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            requests--;
            if (requests + streams == 0) idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A request that was admitted becomes a stream; false when there is no room. */
    boolean becomeStream() {
        lock.lock();
        try {
            if (streams >= maxStreams) return false;
            requests--;
            streams++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes {@link #becomeStream} back. */
    void stayRequest() {
        lock.lock();
        try {
            requests++;
            streams--;
        } finally {
            lock.unlock();
        }
    }

    void leaveStream() {
        lock.lock();
        try {
            streams--;
            if (requests + streams == 0) idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void connected() {
        lock.lock();
        try {
            connections++;
        } finally {
            lock.unlock();
        }
    }

    void disconnected() {
        lock.lock();
        try {
            if (--connections == 0) unconnected.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopping = true;
        } finally {
            lock.unlock();
        }
    }

    int requests() {
        lock.lock();
        try {
            return requests;
        } finally {
            lock.unlock();
        }
    }

    long bodyBytes() {
        lock.lock();
        try {
            return smallBytes + largeBytes;
        } finally {
            lock.unlock();
        }
    }

    int streams() {
        lock.lock();
        try {
            return streams;
        } finally {
            lock.unlock();
        }
    }

    boolean awaitIdle(Duration patience) throws InterruptedException {
        return await(idle, () -> requests + streams == 0, patience);
    }

    /**
     * @param patience from the last answer that kept its connection
     */
    boolean awaitUnconnected(Duration patience) throws InterruptedException {
        return await(unconnected, () -> connections == 0, patience.minusNanos(sinceLastKept()));
    }

    private long sinceLastKept() {
        lock.lock();
        try {
            return ticker.nanos() - lastKeptNanos;
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Condition changed, BooleanSupplier reached, Duration patience)
            throws InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                if (left <= 0) return false;
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
