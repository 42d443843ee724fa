package postern.mcp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What may stand in a message as text. Source: RFC 8259 section 8.1. */
final class Utf8 {
    private Utf8() {}

    /** True for UTF-8 without NUL (so that nothing is taken for UTF-16) and byte order mark. */
    static boolean isText(byte[] bytes) {
        boolean ascii = true;
        for (byte b : bytes) {
            if (b == 0) return false;
            ascii &= b > 0;
        }
        if (ascii) return true;
        if (bytes.length > 2 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB) {
            if (bytes[2] == (byte) 0xBF) return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) continue;
            boolean pair =
                    Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (!pair) return true;
            i++;
        }
        return false;
    }
}
