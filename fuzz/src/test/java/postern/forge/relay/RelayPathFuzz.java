package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertFalse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What passes is nothing forbidden for anybody who reads it later: by the escaped path, decoded as
 * a whole, or decoded once more.
 */
public final class RelayPathFuzz {
    private static final Pattern FORBIDDEN =
            Pattern.compile(
                    "/api/v1/(admin|user/(keys|gpg_keys|applications)|users/[^/]+/tokens"
                            + "|repos/[^/]+/[^/]+/keys)(/.*)?",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private RelayPathFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String raw = new String(input, ISO_8859_1);
        try {
            RelayPath path = RelayPath.of(raw);
            LastingEffects.check("GET", path, EnumSet.allOf(Standing.class));
        } catch (RelayRefusal refused) {
            return;
        }
        String whole = decoded(raw);
        String bySegment =
                Arrays.stream(raw.split("/", -1))
                        .map(segment -> decoded(segment).replace('/', '|'))
                        .collect(Collectors.joining("/"));
        for (String reading : List.of(raw, bySegment, whole)) {
            assertFalse(FORBIDDEN.matcher(reading).matches(), reading);
            assertFalse(reading.matches("(?s).*/\\.{1,2}(/.*)?"), reading);
            assertFalse(reading.contains("//"), reading);
        }
        assertFalse(whole.matches("(?s).*%[0-9A-Fa-f]{2}.*"), whole);
    }

    private static String decoded(String escaped) {
        return URLDecoder.decode(escaped.replace("+", "%2B"), UTF_8);
    }
}
