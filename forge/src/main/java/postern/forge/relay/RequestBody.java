package postern.forge.relay;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** The body of a child's request. */
sealed interface RequestBody {
    int MAX_WHOLE_BYTES = 1 << 20;

    record None() implements RequestBody {}

    /** Small enough to be sent again. */
    @SuppressWarnings("ArrayRecordComponent") // sent, never compared
    record Whole(byte[] bytes) implements RequestBody {}

    /**
     * Passes through once.
     *
     * @param length -1 when the child did not say
     */
    record Passing(InputStream in, long length) implements RequestBody {}

    /**
     * @param length -1 when the child did not say
     */
    static RequestBody read(InputStream in, long length) throws IOException {
        if (length > MAX_WHOLE_BYTES) return new Passing(in, length);
        byte[] head = in.readNBytes(MAX_WHOLE_BYTES + 1);
        if (head.length <= MAX_WHOLE_BYTES) return new Whole(head);
        return new Passing(new SequenceInputStream(new ByteArrayInputStream(head), in), length);
    }
}
