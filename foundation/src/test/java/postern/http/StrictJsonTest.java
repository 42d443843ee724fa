package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.core.DataSize;

import java.nio.charset.StandardCharsets;

class StrictJsonTest {
    private static final DataSize MAX = DataSize.ofKibibytes(16);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void an_object_is_read() {
        byte[] body = bytes(" {\"a\": [1, 2.5, true, null, \"\\ud83c\\udf0d é\"], \"b\": {}} \n");
        assertEquals("🌍 é", StrictJson.parseObject(body, MAX).at("/a/4").textValue());
    }

    @ParameterizedTest(name = "B12: {0} is refused")
    @ValueSource(
            strings = {
                "",
                "   ",
                "{",
                "{}{}",
                "{} x",
                "{} //",
                "[]",
                "null",
                "1",
                "\"a\"",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "{\"a\":1,\"\\u0061\":2}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":[1,]}",
                "{\"a\":NaN}",
                "{\"a\":1e999}",
                "{\"a\":[-2E22222222]}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\ud83c\"}",
                "{\"a\":\"\\udf0d\\ud83c\"}",
                "{\"\\ud83c\":1}",
                "{/* */}",
                "\ufeff{}"
            })
    void what_is_not_one_strict_object_is_refused(String text) {
        assertThrows(MalformedJson.class, () -> StrictJson.parseObject(bytes(text), MAX));
    }

    @Test
    void B12_bytes_that_are_not_utf_8_are_refused() {
        byte[] latin = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] wide = "{}".getBytes(StandardCharsets.UTF_16);
        byte[] nul = "{}\0".getBytes(StandardCharsets.UTF_16LE);
        assertThrows(MalformedJson.class, () -> StrictJson.parseObject(latin, MAX));
        assertThrows(MalformedJson.class, () -> StrictJson.parseObject(wide, MAX));
        assertThrows(MalformedJson.class, () -> StrictJson.parseObject(nul, MAX));
    }

    @Test
    void B12_sixty_four_levels_pass_and_one_more_is_refused() {
        String open = "{\"a\":".repeat(63);
        StrictJson.parseObject(bytes(open + "{}" + "}".repeat(63)), MAX);
        assertThrows(
                MalformedJson.class,
                () -> StrictJson.parseObject(bytes(open + "{\"a\":{}}" + "}".repeat(63)), MAX));
        assertThrows(
                MalformedJson.class,
                () -> StrictJson.parseObject(bytes("{\"a\":" + "[".repeat(10_000)), MAX));
    }

    @Test
    void B12_a_body_over_the_limit_is_413() {
        byte[] body = bytes("{\"a\":\"" + "x".repeat(20_000) + "\"}");
        var refusal = assertThrows(HttpError.class, () -> StrictJson.parseObject(body, MAX));
        assertEquals(413, refusal.status());
    }

    @Test
    void long_numbers_and_names_are_refused() {
        assertThrows(
                MalformedJson.class,
                () -> StrictJson.parseObject(bytes("{\"a\":" + "1".repeat(101) + "}"), MAX));
        assertThrows(
                MalformedJson.class,
                () -> StrictJson.parseObject(bytes("{\"" + "n".repeat(257) + "\":1}"), MAX));
    }

    @Test
    void a_refusal_repeats_nothing_of_the_body() {
        var refusal =
                assertThrows(
                        MalformedJson.class,
                        () -> StrictJson.parseObject(bytes("{\"canary\":canary}"), MAX));
        assertFalse((refusal.hint() + refusal.detail() + refusal.getCause()).contains("canary"));
    }
}
