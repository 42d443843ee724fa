package postern.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The form encoding, read strictly. Source: URL Living Standard §5.1, narrowed by RFC 3986 §2.1.
 */
final class FormDecoding {
    private FormDecoding() {}

    /** The position of {@code wanted}, or {@code end}. */
    static int indexOf(byte[] raw, char wanted, int start, int end) {
        for (int i = start; i < end; i++) {
            if (raw[i] == wanted) return i;
        }
        return end;
    }

    /**
     * @throws BadRequest malformed percent sequence, invalid UTF-8, NUL, or more than {@code max}
     *     characters
     */
    static String decode(byte[] raw, int start, int end, int max) {
        // A character takes at most twelve raw bytes: four bytes of UTF-8, each as %XX.
        if (end - start > 12L * max) throw new BadRequest("a parameter is too long", "over " + max);
        var decoded = new ByteArrayOutputStream(end - start);
        for (int i = start; i < end; i++) {
            byte b = raw[i];
            if (b == '+') {
                decoded.write(' ');
            } else if (b == '%') {
                decoded.write(hex(raw, i + 1, end) << 4 | hex(raw, i + 2, end));
                i += 2;
            } else {
                decoded.write(b);
            }
        }
        String text = utf8(decoded.toByteArray());
        if (text.length() > max) throw new BadRequest("a parameter is too long", "over " + max);
        if (text.indexOf('\0') >= 0) throw new BadRequest("a parameter holds NUL", "NUL");
        return text;
    }

    private static int hex(byte[] raw, int at, int end) {
        int digit = at < end ? Character.digit(raw[at], 16) : -1;
        if (digit < 0) throw new BadRequest("malformed percent encoding", "percent encoding");
        return digit;
    }

    static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw new BadRequest("text must be UTF-8", "not UTF-8");
        }
    }
}
