package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.Optional;

/** Which client_id is fetched: https, a host that is a name, a path, no fragment, no user. */
public final class DocumentUrlFuzz {
    private DocumentUrlFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        Optional<URI> parsed = DocumentUrl.parse(text);
        if (parsed.isEmpty()) return;
        URI url = parsed.get();
        assertEquals(text, url.toString());
        assertEquals("https", url.getScheme());
        assertNull(url.getRawUserInfo());
        assertNull(url.getRawFragment());
        assertTrue(url.getRawPath().startsWith("/") && url.getRawPath().length() > 1);
        for (String segment : url.getPath().split("/", -1)) {
            assertTrue(!segment.equals(".") && !segment.equals(".."), "a dot segment");
        }
        assertTrue(url.getHost().matches("(?:[a-z0-9-]+\\.)*[a-z][a-z0-9-]*"), url.getHost());
        assertTrue(url.getPort() == -1 || (url.getPort() > 0 && url.getPort() <= 65_535));
        assertTrue(text.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\'));
    }
}
