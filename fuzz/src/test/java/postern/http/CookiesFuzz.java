package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Other cookies change nothing, a second one of our name spoils ours, and a value is harmless. */
public final class CookiesFuzz {
    private static final Cookies COOKIES = new Cookies(URI.create("https://mcp.example"));

    private CookiesFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (Fields.areTooMany(input)) return;
        String lines = new String(input, ISO_8859_1).replaceAll("[\r\0]", "");
        Optional<String> found = read(lines);
        assertEquals(found, read("other=1; " + lines));
        assertEquals(found, read(lines + "; other=1"));
        assertEquals(found, read(lines + "\nother=1"));
        if (found.isPresent()) {
            assertTrue(found.get().matches("[A-Za-z0-9._~-]{1,512}"));
            assertTrue(lines.contains("__Host-postern") && lines.contains(found.get()));
            assertEquals(Optional.empty(), read(lines + "; __Host-postern=x"));
            assertEquals(Optional.empty(), read("__Host-postern=x\n" + lines));
            String set = COOKIES.set(found.get(), Duration.ofHours(1));
            assertEquals(found, read(set.substring(0, set.indexOf(';'))));
        }
    }

    private static Optional<String> read(String lines) {
        Headers headers = Fields.of("Cookie", lines.getBytes(ISO_8859_1));
        return COOKIES.read(
                new Request("GET", "/", "", headers, new byte[0], "127.0.0.1", "request"));
    }
}
