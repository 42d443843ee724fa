package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Optional;

/**
 * Which client_id is fetched: https, a host that is a name, a path, no fragment, no user. Found by
 * its name, so that this compiles where client documents are not there; then it feeds nothing.
 */
public final class DocumentUrlFuzz {
    private static final Optional<Method> PARSE = parse();

    private DocumentUrlFuzz() {}

    private static Optional<Method> parse() {
        try {
            Class<?> type = Class.forName("postern.oauth.client.DocumentUrl");
            Method parse = type.getDeclaredMethod("parse", String.class);
            parse.setAccessible(true);
            return Optional.of(parse);
        } catch (ReflectiveOperationException absent) {
            return Optional.empty();
        }
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (PARSE.isEmpty()) return;
        String text = new String(input, UTF_8);
        Optional<?> parsed = call(PARSE.get(), text);
        if (parsed.isEmpty()) return;
        URI url = (URI) parsed.get();
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

    private static Optional<?> call(Method method, String text) {
        try {
            return (Optional<?>) method.invoke(null, text);
        } catch (InvocationTargetException thrown) {
            throw new AssertionError(thrown.getCause());
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
