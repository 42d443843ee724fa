package postern.forge.relay;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Fails when more than its limit is written: half an answer must not look whole. */
final class BoundedStream extends FilterOutputStream {
    private long left;

    BoundedStream(OutputStream out, long limitBytes) {
        super(out);
        this.left = limitBytes;
    }

    @Override
    public void write(int b) throws IOException {
        spend(1);
        out.write(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        spend(length);
        out.write(source, offset, length);
    }

    private void spend(int bytes) throws IOException {
        left -= bytes;
        if (left < 0) throw new IOException("the forge's answer is too long");
    }
}
