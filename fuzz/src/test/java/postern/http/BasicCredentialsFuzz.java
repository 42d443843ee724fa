package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Base64;
import java.util.Optional;

/**
 * Credentials come only out of the one spelling of base64; the bytes behind it, too, are tried as
 * they are.
 */
public final class BasicCredentialsFuzz {
    private BasicCredentialsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (Fields.areTooMany(input)) return;
        field(input);
        String encoded = Base64.getEncoder().encodeToString(input);
        field(("Basic " + encoded).getBytes(ISO_8859_1));
    }

    private static void field(byte[] input) {
        Optional<BasicCredentials> found;
        try {
            found = BasicCredentials.of(Fields.of("Authorization", input));
        } catch (BadCredentials refused) {
            return;
        }
        String value = Fields.clean(new String(input, ISO_8859_1));
        if (found.isEmpty()) {
            assertTrue(!value.matches("(?i)basic(?:[ \t,].*)?"), "not seen as Basic");
            return;
        }
        assertTrue(value.matches("(?i)basic [A-Za-z0-9+/]+={0,2}"), "loose base64");
        String pair = new String(Base64.getDecoder().decode(value.substring(6)), ISO_8859_1);
        String[] parts = pair.split(":", 2);
        assertEquals(decoded(parts[0]), found.get().id());
        assertTrue(!found.get().id().isEmpty());
        String secret = decoded(parts[1]);
        boolean same = found.get().secret().useText(secret::equals);
        assertTrue(same, "another secret");
        assertEquals("BasicCredentials(***)", found.get().toString());
    }

    private static String decoded(String raw) {
        return new String(URLDecoder.decode(raw, ISO_8859_1).getBytes(ISO_8859_1), UTF_8);
    }
}
