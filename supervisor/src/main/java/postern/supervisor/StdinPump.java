package postern.supervisor;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes lines to a child's stdin on a thread of its own, behind a queue that is bounded by lines
 * and by bytes. A line counts until it has been written.
 */
final class StdinPump {
    private final OutputStream out;
    private final int maxLines;
    private final long maxBytes;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> queue = new ArrayDeque<>();
    private long queuedBytes;
    private int queuedLines;
    private boolean accepting = true;

    StdinPump(OutputStream out, ChildLimits limits, String threadName) {
        this.out = out;
        this.maxLines = limits.stdinQueueLines();
        this.maxBytes = limits.stdinQueueSize().bytes();
        this.thread = Threads.platform(threadName, this::write);
    }

    void start() {
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    void offer(byte[] line) throws ChildBusy, ChildGone {
        if (line.length == 0) throw new IllegalArgumentException("a line must not be empty");
        if (line.length > maxBytes) {
            throw new IllegalArgumentException("the line is longer than the whole input queue");
        }
        for (byte each : line) {
            if (each == '\n' || each == '\r') {
                throw new IllegalArgumentException("a line must not hold a line break");
            }
        }
        lock.lock();
        try {
            if (!accepting) throw new ChildGone();
            if (queuedLines >= maxLines) throw new ChildBusy(maxLines + " lines");
            if (queuedBytes + line.length > maxBytes) throw new ChildBusy(maxBytes + " bytes");
            queue.add(line);
            queuedLines++;
            queuedBytes += line.length;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more lines; closes stdin when those that wait are written. */
    void finish() {
        lock.lock();
        try {
            accepting = false;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more lines, forgets those that wait, closes stdin as soon as no write hangs. */
    void abort() {
        lock.lock();
        try {
            accepting = false;
            queue.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        try (out) {
            for (Optional<byte[]> line = take(); line.isPresent(); line = take()) {
                out.write(line.get());
                out.write('\n');
                if (written(line.get())) out.flush();
            }
        } catch (IOException closedByChild) {
            abort(); // the child closed its stdin or died; its exit says which
        }
    }

    private Optional<byte[]> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && accepting) changed.awaitUninterruptibly();
            return Optional.ofNullable(queue.poll());
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return true when no line waits, so that what is buffered must go out now
     */
    private boolean written(byte[] line) {
        lock.lock();
        try {
            queuedLines--;
            queuedBytes -= line.length;
            return queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
