package postern.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import postern.core.DataSize;

/** What is accepted is UTF-8, means what a lenient reader reads, and can be written and read. */
public final class StrictJsonFuzz {
    private static final ObjectMapper LENIENT = new ObjectMapper();
    private static final DataSize MAX = DataSize.ofKibibytes(16);

    private StrictJsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        JsonNode strict;
        try {
            strict = StrictJson.parse(input, MAX);
        } catch (MalformedJson refused) {
            return;
        } catch (HttpError tooLarge) {
            assertEquals(413, tooLarge.status());
            return;
        }
        String text = new String(input, UTF_8);
        assertArrayEquals(input, text.getBytes(UTF_8), "not UTF-8");
        assertEquals(lenient(text), strict);
        byte[] written = strict.toString().getBytes(UTF_8);
        assertEquals(strict, StrictJson.parse(written, DataSize.ofKibibytes(256)));
        byte[] twice = (text + " " + text).getBytes(UTF_8);
        assertThrows(MalformedJson.class, () -> StrictJson.parse(twice, DataSize.ofKibibytes(256)));
    }

    private static JsonNode lenient(String text) {
        try {
            return LENIENT.readTree(text);
        } catch (JsonProcessingException malformed) {
            throw new AssertionError("accepted what is no JSON", malformed);
        }
    }
}
