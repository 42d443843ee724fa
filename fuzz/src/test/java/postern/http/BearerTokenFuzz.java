package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A token is what stands behind "Bearer" and one space, whole, and nothing that looks like it. */
public final class BearerTokenFuzz {
    private static final Pattern FIELD =
            Pattern.compile("[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9._~+/-]{1,4096}={0,2})");

    private BearerTokenFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (Fields.areTooMany(input)) return;
        String value = Fields.clean(new String(input, ISO_8859_1));
        boolean repeated = new String(input, ISO_8859_1).indexOf('\n') >= 0;
        Matcher expected = FIELD.matcher(value);
        Optional<String> found;
        try {
            found = BearerToken.of(Fields.of("Authorization", input));
        } catch (BadRequest refused) {
            assertEquals(false, expected.matches() && !repeated, "refused a good field");
            return;
        }
        assertEquals(
                expected.matches() && !repeated ? Optional.of(expected.group(1)) : Optional.empty(),
                found);
    }
}
