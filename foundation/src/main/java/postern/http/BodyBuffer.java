package postern.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of one body so far. Grows with what has arrived, whatever length was declared, and asks
 * for room before it does. Not safe for several threads.
 */
final class BodyBuffer {
    interface Room {
        /** False when there is no room for so many more bytes now. */
        boolean take(int bytes);
    }

    static final int FIRST_BYTES = 512;

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private final Room room;
    private byte[] bytes = NOTHING;
    private int size;

    /**
     * @param maxBytes of the body: as declared, or what is put up with
     */
    BodyBuffer(int maxBytes, Room room) {
        this.maxBytes = maxBytes;
        this.room = room;
    }

    /** Whether the body stays within its length with so many more bytes. */
    boolean mayGrowBy(int count) {
        return count <= maxBytes - size;
    }

    /**
     * @return false when there is no room; nothing is kept then
     */
    boolean append(ByteBuffer more) {
        int count = more.remaining();
        if (size + count > bytes.length && !grow(size + count)) return false;
        more.get(bytes, size, count);
        size += count;
        return true;
    }

    private boolean grow(int needed) {
        long doubled = Math.max(FIRST_BYTES, 2L * bytes.length);
        int next = (int) Math.max(needed, Math.min(doubled, maxBytes));
        if (!room.take(next - bytes.length)) return false;
        bytes = Arrays.copyOf(bytes, next);
        return true;
    }

    /** The buffer is not used any more. */
    byte[] whole() {
        return bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
    }
}
