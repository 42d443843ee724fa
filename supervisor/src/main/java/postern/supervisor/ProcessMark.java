package postern.supervisor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The environment variable by which every process of a child is found again: {@code
 * instance:child}. Descendants inherit it. It is one net of several: a descendant started with an
 * empty environment lacks it, and a program may overwrite its own.
 */
record ProcessMark(String instance, String child) {
    static final String VARIABLE = "POSTERN_CHILD";
    private static final byte[] PREFIX = (VARIABLE + "=").getBytes(StandardCharsets.US_ASCII);

    String value() {
        return instance + ":" + child;
    }

    /** The value of the mark in the content of a /proc/…/environ file; empty when there is none. */
    static String find(byte[] environ) {
        int start = 0;
        while (start < environ.length) {
            int end = start;
            while (end < environ.length && environ[end] != 0) end++;
            if (startsWithPrefix(environ, start, end)) {
                return new String(
                        environ,
                        start + PREFIX.length,
                        end - start - PREFIX.length,
                        StandardCharsets.ISO_8859_1);
            }
            start = end + 1;
        }
        return "";
    }

    private static boolean startsWithPrefix(byte[] environ, int start, int end) {
        return end - start >= PREFIX.length
                && Arrays.equals(environ, start, start + PREFIX.length, PREFIX, 0, PREFIX.length);
    }
}
