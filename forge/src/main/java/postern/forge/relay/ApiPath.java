package postern.forge.relay;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A path of the forge's API that has one meaning, however often somebody on the way decodes it.
 *
 * @param raw as it goes to the forge
 * @param decoded what decisions are made on
 */
record ApiPath(String raw, String decoded) {
    private static final String PREFIX = "/api/v1/";
    private static final int MAX_LENGTH = 4096;
    private static final Pattern STILL_ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final List<String> FOREIGN_AUTHORITY = List.of("sudo", "token", "access_token");

    /**
     * @throws RelayRefusal 400 when the path could be read in two ways, 404 when it is outside of
     *     the API
     */
    static ApiPath of(String raw) throws RelayRefusal {
        if (!raw.startsWith("/") || raw.length() > MAX_LENGTH) throw RelayRefusal.notCanonical();
        String decoded = decode(raw);
        boolean ambiguous =
                decoded.indexOf(';') >= 0
                        || decoded.indexOf('\\') >= 0
                        || decoded.chars().anyMatch(Character::isISOControl)
                        || STILL_ENCODED.matcher(decoded).find();
        if (ambiguous) throw RelayRefusal.notCanonical();
        String[] segments = decoded.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].isEmpty() && !last || segments[i].matches("\\.{1,2}")) {
                throw RelayRefusal.notCanonical();
            }
        }
        if (!raw.startsWith(PREFIX)) {
            // an encoded letter in the prefix would be outside for us and inside for the forge
            if (decoded.startsWith(PREFIX)) throw RelayRefusal.notCanonical();
            throw new RelayRefusal(404, "only the API below /api/v1/ is served here");
        }
        return new ApiPath(raw, decoded);
    }

    /**
     * Whether it is one of {@code denied} or below one; case and a slash at the end make no
     * difference.
     */
    boolean isDenied(List<String> denied) {
        String[] segments = segments(decoded.substring(PREFIX.length() - 1));
        return denied.stream().anyMatch(pattern -> covers(segments(pattern), segments));
    }

    private static boolean covers(String[] pattern, String[] segments) {
        if (segments.length < pattern.length) return false;
        for (int i = 0; i < pattern.length; i++) {
            if (!pattern[i].equals("*") && !pattern[i].equals(segments[i])) return false;
        }
        return true;
    }

    private static String[] segments(String path) {
        return path.toLowerCase(Locale.ROOT).substring(1).split("/");
    }

    /**
     * Refuses parameters by which Forgejo would take the request for somebody else's.
     *
     * @throws RelayRefusal 400
     */
    static void checkQuery(String rawQuery) throws RelayRefusal {
        for (String pair : rawQuery.split("[&;]")) {
            int equals = pair.indexOf('=');
            String name = decode((equals < 0 ? pair : pair.substring(0, equals)).replace('+', ' '));
            if (FOREIGN_AUTHORITY.contains(name.strip().toLowerCase(Locale.ROOT))) {
                throw new RelayRefusal(400, "this query parameter is not allowed here");
            }
        }
    }

    private static String decode(String raw) throws RelayRefusal {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c < 0x20 || c >= 0x7f) throw RelayRefusal.notCanonical();
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            if (i + 2 >= raw.length()) throw RelayRefusal.notCanonical();
            int high = Character.digit(raw.charAt(i + 1), 16);
            int low = Character.digit(raw.charAt(i + 2), 16);
            if (high < 0 || low < 0) throw RelayRefusal.notCanonical();
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            throw RelayRefusal.notCanonical();
        }
    }
}
