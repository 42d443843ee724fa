package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A form is accepted if and only if it is well-formed, and what is read is what the JDK reads,
 * which is lenient and so agrees on all that is well-formed.
 */
public final class FormParamsFuzz {
    private static final Pattern PERCENT =
            Pattern.compile("(?:[^%]|%[0-9A-Fa-f]{2})*+", Pattern.DOTALL);

    private FormParamsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        var type = new Response.Header("Content-Type", "application/x-www-form-urlencoded");
        var request =
                new Request("POST", "/", "", Headers.of(type), input.clone(), "127.0.0.1", "r");
        FormParams form;
        try {
            form = FormParams.ofBody(request);
        } catch (BadRequest refused) {
            assertTrue(!isWellFormed(input), "refused for nothing: " + refused.detail());
            return;
        }
        assertTrue(isWellFormed(input), "accepted what is malformed");
        Map<String, List<String>> expected = expected(input);
        for (Map.Entry<String, List<String>> each : expected.entrySet()) {
            String name = each.getKey();
            List<String> values = each.getValue();
            assertEquals(values.stream().filter(v -> !v.isEmpty()).toList(), form.all(name));
            assertEquals(values.size() > 1, form.isRepeated(name));
            assertEquals(values.size() > 1, form.repeated().contains(name));
            if (values.size() > 1) {
                try {
                    form.single(name);
                    throw new AssertionError("a repeated parameter was read");
                } catch (RepeatedParameter right) {
                    continue;
                }
            }
            assertEquals(values.getFirst(), form.single(name).orElse(""));
        }
    }

    private static boolean isWellFormed(byte[] input) {
        int count = 0;
        for (String pair : new String(input, ISO_8859_1).split("&", -1)) {
            if (pair.isEmpty()) continue;
            String[] parts = pair.split("=", 2);
            if (++count > 64 || !isWellFormed(parts[0], 128)) return false;
            if (parts.length == 2 && !isWellFormed(parts[1], 8192)) return false;
        }
        return true;
    }

    private static boolean isWellFormed(String raw, int longest) {
        if (!PERCENT.matcher(raw).matches()) return false;
        try {
            byte[] bytes = URLDecoder.decode(raw, ISO_8859_1).getBytes(ISO_8859_1);
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.length() <= longest && text.indexOf('\0') < 0;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    private static Map<String, List<String>> expected(byte[] input) {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        for (String pair : new String(input, ISO_8859_1).split("&", -1)) {
            if (pair.isEmpty()) continue;
            String[] parts = pair.split("=", 2);
            expected.computeIfAbsent(decoded(parts[0]), _ -> new ArrayList<>())
                    .add(parts.length == 2 ? decoded(parts[1]) : "");
        }
        return expected;
    }

    /** Octet by octet, as part of a character may be percent-encoded and part of it not. */
    private static String decoded(String raw) {
        return new String(URLDecoder.decode(raw, ISO_8859_1).getBytes(ISO_8859_1), UTF_8);
    }
}
