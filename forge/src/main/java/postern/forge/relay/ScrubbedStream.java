package postern.forge.relay;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Passes bytes on without the real tokens, also where a token comes in pieces. Holds back only what
 * could be the beginning of one.
 */
final class ScrubbedStream extends FilterOutputStream {
    private final TokenScrub scrub;
    private final boolean keepLength;
    private byte[] held = {};

    ScrubbedStream(OutputStream out, TokenScrub scrub, boolean keepLength) {
        super(out);
        this.scrub = scrub;
        this.keepLength = keepLength;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        var bytes = Arrays.copyOf(held, held.length + length);
        System.arraycopy(source, offset, bytes, held.length, length);
        int passed = 0;
        int at = scrub.next(bytes, 0);
        while (at < bytes.length) {
            byte[] token = scrub.tokenAt(bytes, at, bytes.length);
            if (token != null) {
                out.write(bytes, passed, at - passed);
                out.write(scrub.instead(token, keepLength));
                passed = at + token.length;
                at = scrub.next(bytes, passed);
            } else if (scrub.mayBegin(bytes, at, bytes.length)) {
                break;
            } else {
                at = scrub.next(bytes, at + 1);
            }
        }
        out.write(bytes, passed, at - passed);
        held = Arrays.copyOfRange(bytes, at, bytes.length);
    }

    @Override
    public void close() throws IOException {
        out.write(held);
        held = new byte[0];
        super.close();
    }
}
