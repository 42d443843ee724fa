package postern.forge.relay;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Carries a body from the thread that may read the child's connection to the one that sends to the
 * forge. Holds at most 128 KiB. Reading the child's connection from foreign threads would leak a
 * selector for each of them.
 */
final class BodyPipe {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int CHUNKS = 8;
    private static final long LOOK_MILLIS = 50;
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS);
    private volatile boolean broken;

    /**
     * Moves all of {@code in}; stops early when {@code call}, which reads the other end, is over.
     */
    void fill(InputStream in, Future<?> call) throws IOException, InterruptedException {
        boolean complete = false;
        try {
            byte[] chunk;
            do {
                chunk = in.readNBytes(CHUNK_BYTES);
                while (!chunks.offer(chunk, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    if (call.isDone()) return;
                }
            } while (chunk.length > 0);
            complete = true;
        } finally {
            if (!complete) broken = true;
        }
    }

    /**
     * The other end. It fails when the filling side has failed, so that half a body never looks
     * whole.
     */
    InputStream out() {
        return new InputStream() {
            private byte[] chunk = END;
            private int at;
            private boolean ended;

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (at == chunk.length && !next()) return -1;
                int count = Math.min(length, chunk.length - at);
                System.arraycopy(chunk, at, target, offset, count);
                at += count;
                return count;
            }

            private boolean next() throws IOException {
                if (ended) return false;
                chunk = takeChunk();
                at = 0;
                ended = chunk.length == 0;
                return !ended;
            }
        };
    }

    private byte[] takeChunk() throws IOException {
        try {
            while (true) {
                byte[] chunk = chunks.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (chunk != null) return chunk;
                if (broken) throw new IOException("the sender of the body has gone");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
