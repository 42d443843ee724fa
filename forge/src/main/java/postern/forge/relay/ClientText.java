package postern.forge.relay;

import postern.core.Secret;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a child says, as its client may see it: addresses of the relay become those of the forge
 * again, the child's dummy token is starred out, and its advice about large files is made true.
 */
final class ClientText {
    private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ELSEWHERE =
            DownloadUrls.ELSEWHERE.getBytes(StandardCharsets.US_ASCII);

    private final byte[] relayUrl;
    private final byte[] publicUrl;

    ClientText(DownloadUrls urls) {
        this.relayUrl = urls.relayUrl().toString().getBytes(StandardCharsets.US_ASCII);
        this.publicUrl = urls.publicUrl().toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The same array when nothing is to be changed. */
    byte[] of(byte[] line, Secret dummyToken) {
        return DownloadAdvice.corrected(dummyToken.use(token -> replaced(line, token)));
    }

    private byte[] replaced(byte[] line, byte[] token) {
        ByteArrayOutputStream changed = null;
        int passed = 0;
        int at = 0;
        while (at < line.length) {
            byte b = line[at];
            byte[] instead = null;
            int end = at;
            if (b == relayUrl[0] && isRelayUrl(line, at)) {
                end = at + relayUrl.length;
                instead = publicUrl;
                if (startsWith(line, end, ELSEWHERE)) {
                    int name = end + ELSEWHERE.length;
                    end = endOfBase64(line, name);
                    instead = elsewhere(line, name, end);
                }
            } else if (b == token[0] && startsWith(line, at, token)) {
                end = at + token.length;
                instead = STARS;
            }
            if (instead == null) {
                at++;
                continue;
            }
            if (changed == null) changed = new ByteArrayOutputStream(line.length + 64);
            changed.write(line, passed, at - passed);
            changed.writeBytes(instead);
            at = end;
            passed = end;
        }
        if (changed == null) return line;
        changed.write(line, passed, line.length - passed);
        return changed.toByteArray();
    }

    /** With a digit behind it, it would be another port. */
    private boolean isRelayUrl(byte[] line, int at) {
        int end = at + relayUrl.length;
        return startsWith(line, at, relayUrl)
                && (end == line.length || line[end] < '0' || line[end] > '9');
    }

    private static byte[] elsewhere(byte[] line, int from, int to) {
        String encoded = new String(line, from, to - from, StandardCharsets.US_ASCII);
        try {
            return DownloadUrls.decoded(encoded).getBytes(StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException cutOff) {
            return STARS;
        }
    }

    private static int endOfBase64(byte[] line, int from) {
        int end = from;
        while (end < line.length
                && (Character.isLetterOrDigit(line[end]) && line[end] > 0
                        || line[end] == '-'
                        || line[end] == '_')) {
            end++;
        }
        return end;
    }

    private static boolean startsWith(byte[] line, int at, byte[] wanted) {
        return at + wanted.length <= line.length
                && Arrays.equals(line, at, at + wanted.length, wanted, 0, wanted.length);
    }
}
