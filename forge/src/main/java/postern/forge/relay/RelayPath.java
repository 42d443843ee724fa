package postern.forge.relay;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path that has one meaning, however often somebody on the way decodes it.
 *
 * @param raw as it goes to the forge
 * @param decoded what decisions are made on
 */
record RelayPath(String raw, String decoded, Kind kind) {
    enum Kind {
        /** Below {@code /api/v1/}. */
        API,
        /** A file that {@code browser_download_url} names. */
        DOWNLOAD,
        /** Stands for a file on another host; see {@link DownloadUrls}. */
        ELSEWHERE
    }

    private static final String API = "/api/v1";
    private static final int MAX_LENGTH = 4096;
    private static final Pattern STILL_ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final Set<String> PARAMETERS_OF_AUTHORITY =
            Set.of("sudo", "token", "access_token");
    private static final String UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
    private static final Pattern ATTACHMENT = Pattern.compile("/attachments/" + UUID);
    private static final Pattern OF_REPOSITORY =
            Pattern.compile(
                    "/([A-Za-z0-9._-]+)/[A-Za-z0-9._-]+/(attachments/"
                            + UUID
                            + "|releases/download/[^/]+/[^?#]+)");

    /** First segments that are never an owner. */
    private static final Set<String> NO_OWNER =
            Set.of("-", "admin", "api", "assets", "attachments", "login", "org", "user", "v2");

    /**
     * @throws RelayRefusal 400 when the path could be read in two ways, 404 when nothing is served
     *     there
     */
    static RelayPath of(String raw) throws RelayRefusal {
        if (!raw.startsWith("/") || raw.length() > MAX_LENGTH) throw RelayRefusal.notCanonical();
        String decoded = decode(raw);
        boolean ambiguous =
                decoded.indexOf(';') >= 0
                        || decoded.indexOf('\\') >= 0
                        || raw.indexOf('#') >= 0
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
        return new RelayPath(raw, decoded, kind(raw, decoded));
    }

    private static Kind kind(String raw, String decoded) throws RelayRefusal {
        if (raw.startsWith(API + "/")) return Kind.API;
        // an encoded letter in the prefix would be outside for us and inside for the forge
        if (decoded.startsWith(API + "/")) throw RelayRefusal.notCanonical();
        if (ATTACHMENT.matcher(raw).matches()) return Kind.DOWNLOAD;
        Matcher ofRepository = OF_REPOSITORY.matcher(raw);
        if (ofRepository.matches()
                && !NO_OWNER.contains(ofRepository.group(1).toLowerCase(Locale.ROOT))) {
            return Kind.DOWNLOAD;
        }
        if (raw.startsWith(DownloadUrls.ELSEWHERE)) return Kind.ELSEWHERE;
        throw new RelayRefusal(
                404, "only the API below /api/v1/ and the downloads that it names are served here");
    }

    /** Segments below {@code /api/v1}; none for other paths. */
    List<String> apiSegments() {
        return kind == Kind.API ? segments(decoded.substring(API.length())) : List.of();
    }

    /**
     * Whether it is {@code pattern} or below it, where {@code *} stands for one segment and {@code
     * $} at the end excludes what is below. Case and a slash at the end make no difference, nor
     * does whether an encoded slash divides segments.
     */
    boolean isBelow(String pattern) {
        if (kind != Kind.API) return false;
        boolean exactly = pattern.endsWith("$");
        List<String> wanted =
                segments(exactly ? pattern.substring(0, pattern.length() - 1) : pattern);
        List<List<String>> readings = List.of(apiSegments(), segments(raw.substring(API.length())));
        return readings.stream()
                .filter(segments -> !exactly || segments.size() == wanted.size())
                .anyMatch(segments -> covers(wanted, segments));
    }

    private static boolean covers(List<String> pattern, List<String> segments) {
        if (segments.size() < pattern.size()) return false;
        for (int i = 0; i < pattern.size(); i++) {
            String wanted = pattern.get(i);
            String segment = decodedAlready(segments.get(i));
            if (!wanted.equals("*") && !wanted.equalsIgnoreCase(segment)) return false;
        }
        return true;
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.substring(1).split("/"));
    }

    /** The path as a whole has been decoded before, so a part of it can be, too. */
    private static String decodedAlready(String segment) {
        try {
            return decode(segment);
        } catch (RelayRefusal notEncoded) {
            return segment;
        }
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
            if (PARAMETERS_OF_AUTHORITY.contains(name.strip().toLowerCase(Locale.ROOT))) {
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
