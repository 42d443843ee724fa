package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The first line is registered, the second requested. What may be registered leads where it says;
 * what is requested means it only if nothing but a loopback port differs.
 */
public final class RedirectUrisFuzz {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OURS =
            Set.of("code", "state", "iss", "error", "error_description");

    private RedirectUrisFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String[] lines = new String(input, UTF_8).split("\n", 2);
        String registered = lines[0];
        if (RedirectUris.refusal(registered).isPresent()) return;
        registered(registered);
        if (lines.length == 2) requested(registered, lines[1]);
    }

    private static void registered(String text) {
        URI uri = URI.create(text);
        assertTrue(text.length() <= 2048);
        assertNotNull(uri.getHost());
        assertNull(uri.getRawFragment());
        assertNull(uri.getRawUserInfo());
        // a browser ends the authority at the first of these
        String authority = text.split("[/?#\\\\]", 4)[2];
        assertTrue(authority.indexOf('@') < 0, "user information");
        assertTrue(authority.startsWith(uri.getHost()), "another host");
        boolean http = uri.getScheme().equals("http") && LOOPBACK.contains(uri.getHost());
        assertTrue(http || uri.getScheme().equals("https"));
        assertEquals(http, RedirectUris.isLoopback(text));
        assertTrue(!RedirectUris.isPrivateScheme(text));
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("[&;]")) {
                assertTrue(!OURS.contains(URLDecoder.decode(pair.split("=", 2)[0], UTF_8)));
            }
        }
        assertEquals(Optional.of(text), RedirectUris.match(List.of(text), text));
    }

    private static void requested(String registered, String requested) {
        Optional<String> match = RedirectUris.match(List.of(registered), requested);
        if (match.isEmpty()) return;
        assertEquals(registered, match.get());
        if (requested.equals(registered)) return;
        assertEquals(Optional.empty(), RedirectUris.refusal(requested));
        URI known = URI.create(registered);
        URI asked = URI.create(requested);
        assertEquals("http", asked.getScheme());
        assertTrue(LOOPBACK.contains(asked.getHost()));
        assertEquals(known.getScheme(), asked.getScheme());
        assertEquals(known.getHost(), asked.getHost());
        assertEquals(known.getRawPath(), asked.getRawPath());
        assertEquals(known.getRawQuery(), asked.getRawQuery());
        assertTrue(asked.getPort() != known.getPort() && asked.getPort() <= 65_535);
        assertEquals(Optional.of(requested), RedirectUris.match(List.of(requested), registered));
    }
}
