package postern.supervisor;

import postern.core.DataSize;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * The reading side of a child's stdout: cuts bytes into lines. For one thread at a time; holds no
 * more than one line and what came with it.
 */
final class LineReader {
    private static final int SMALLEST_BUFFER_BYTES = 8 * 1024;

    private final InputStream in;
    private final int limitBytes;
    private byte[] buffer = new byte[SMALLEST_BUFFER_BYTES];
    private int start;
    private int end;

    LineReader(InputStream in, DataSize limit) {
        this.in = in;
        this.limitBytes = limit.toIntBytes();
    }

    /** The line is longer than the limit; the reader is of no use any more. */
    static final class LineTooLong extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Waits for the next line that is not empty.
     *
     * @return empty at the end of the stream
     */
    Optional<byte[]> next() throws IOException, LineTooLong {
        int scanned = start;
        while (true) {
            for (int i = scanned; i < end; i++) {
                if (buffer[i] != '\n') continue;
                byte[] line = cut(i);
                start = i + 1;
                if (line.length > limitBytes) throw new LineTooLong();
                if (line.length > 0) return Optional.of(line);
            }
            // One byte more than the limit may be a carriage return.
            if (end - start > limitBytes + 1) throw new LineTooLong();
            makeRoom();
            scanned = end;
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) return rest();
            end += count;
        }
    }

    private Optional<byte[]> rest() throws LineTooLong {
        byte[] line = cut(end);
        start = end;
        if (line.length > limitBytes) throw new LineTooLong();
        return line.length > 0 ? Optional.of(line) : Optional.empty();
    }

    private byte[] cut(int newline) {
        int to = newline > start && buffer[newline - 1] == '\r' ? newline - 1 : newline;
        return Arrays.copyOfRange(buffer, start, to);
    }

    private void makeRoom() {
        int kept = end - start;
        // Two bytes over the limit are enough to see that a line breaks it.
        int largest = Math.max(SMALLEST_BUFFER_BYTES, limitBytes + 2);
        if (kept == 0 && buffer.length > SMALLEST_BUFFER_BYTES) {
            buffer = new byte[SMALLEST_BUFFER_BYTES]; // a long line must not stay in memory
        } else if (kept >= buffer.length / 2 && buffer.length < largest) {
            byte[] larger = new byte[(int) Math.min(2L * buffer.length, largest)];
            System.arraycopy(buffer, start, larger, 0, kept);
            buffer = larger;
        } else if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, kept);
        }
        start = 0;
        end = kept;
    }
}
