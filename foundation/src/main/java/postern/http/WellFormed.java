package postern.http;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Half characters, which an escape can smuggle past a UTF-8 check, and numbers that are infinite
 * where they are read: nobody can write either out again. Source: RFC 7493 §2.1, §2.2; oauth-rules
 * H8.
 */
final class WellFormed {
    private WellFormed() {}

    /**
     * @throws MalformedJson when a name or a string holds a lone surrogate, or a number is too
     *     large
     */
    static void check(JsonNode node) {
        if (node.isTextual()) checkText(node.textValue());
        if (node.isDouble() && !Double.isFinite(node.doubleValue())) {
            throw new MalformedJson("number too large");
        }
        node.fieldNames().forEachRemaining(WellFormed::checkText);
        for (JsonNode child : node) check(child);
    }

    private static void checkText(String text) {
        // A pair is one code point beyond the surrogates; what is left of them stands alone.
        boolean lone = text.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff);
        if (lone) throw new MalformedJson("lone surrogate");
    }
}
