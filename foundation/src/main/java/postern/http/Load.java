package postern.http;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much is going on: counts requests, streams and the bytes of request bodies, refuses beyond
 * the limits, waits for none.
 */
final class Load {
    enum Admission {
        ADMITTED,
        FULL,
        STOPPING
    }

    private final int maxRequests;
    private final int maxStreams;
    private final long maxBodyBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int requests;
    private int streams;
    private long bodyBytes;
    private boolean stopping;

    Load(int maxRequests, int maxStreams, long maxBodyBytes) {
        this.maxRequests = maxRequests;
        this.maxStreams = maxStreams;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Room for so many more bytes of bodies; false when there is none, and nothing is taken. */
    boolean takeBodyBytes(long bytes) {
        lock.lock();
        try {
            if (bodyBytes + bytes > maxBodyBytes) return false;
            bodyBytes += bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void giveBodyBytesBack(long bytes) {
        lock.lock();
        try {
            bodyBytes -= bytes;
        } finally {
            lock.unlock();
        }
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
            return bodyBytes;
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
        long left = patience.toNanos();
        lock.lock();
        try {
            while (requests + streams > 0) {
                if (left <= 0) return false;
                left = idle.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
