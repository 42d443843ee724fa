package postern.forge.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Real tokens on their way out: Forgejo 16 repeats the whole access token in its 401 answers. Holds
 * them as bytes for the time of one answer.
 */
final class TokenScrub {
    private static final Pattern ESCAPED = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);

    private final List<byte[]> tokens;
    private final boolean[] begins = new boolean[256];

    TokenScrub(RelayToken token) {
        this.tokens =
                List.of(token.access().use(byte[]::clone), token.refresh().use(byte[]::clone));
        for (byte[] known : tokens) {
            if (known.length > 0) begins[known[0] & 0xff] = true;
        }
    }

    /** The first place from {@code at} on where a byte is the first of a token; at most the end. */
    int next(byte[] bytes, int at) {
        int place = at;
        while (place < bytes.length && !begins[bytes[place] & 0xff]) place++;
        return place;
    }

    boolean isIn(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at++) {
            if (tokenAt(bytes, at, bytes.length) != null) return true;
        }
        return false;
    }

    /** Whether one is in {@code address} as it is, or with letters of it escaped by per cent. */
    boolean isInAddress(String address) {
        return isIn(address) || address.indexOf('%') >= 0 && isIn(unescaped(address));
    }

    private static String unescaped(String address) {
        return ESCAPED.matcher(address)
                .replaceAll(found -> {
                    char c = (char) Integer.parseInt(found.group(1), 16);
                    return Matcher.quoteReplacement(String.valueOf(c));
                });
    }

    /** The token that begins at {@code at} and ends before {@code end}, or null. */
    byte[] tokenAt(byte[] bytes, int at, int end) {
        for (byte[] token : tokens) {
            boolean fits = token.length > 0 && bytes[at] == token[0] && at + token.length <= end;
            if (fits && Arrays.equals(token, 0, token.length, bytes, at, at + token.length)) {
                return token;
            }
        }
        return null;
    }

    /** Whether the bytes from {@code at} to {@code end} could be the beginning of a token. */
    boolean mayBegin(byte[] bytes, int at, int end) {
        int length = end - at;
        for (byte[] token : tokens) {
            boolean fits = length < token.length && bytes[at] == token[0];
            if (fits && Arrays.equals(token, 0, length, bytes, at, end)) {
                return true;
            }
        }
        return false;
    }

    /**
     * @param keepLength where the length has been told already
     */
    byte[] instead(byte[] token, boolean keepLength) {
        if (!keepLength) return STARS;
        var stars = new byte[token.length];
        Arrays.fill(stars, (byte) '*');
        return stars;
    }
}
