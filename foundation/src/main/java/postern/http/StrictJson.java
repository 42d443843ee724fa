package postern.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;

/**
 * JSON from strangers. Refuses duplicate keys, anything behind the value, more than 64 levels,
 * numbers over 100 characters or too large for a double, names over 256, a byte order mark, bytes
 * that are not UTF-8, lone surrogates, and nothing at all. Source: RFC 8259 with RFC 7493 (I-JSON);
 * oauth-rules B12.
 */
public final class StrictJson {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(64)
                                                    .maxNumberLength(100)
                                                    .maxNameLength(256)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private StrictJson() {}

    /**
     * Reads one object.
     *
     * @throws MalformedJson see the class; also when the value is not an object
     * @throws HttpError 413 when {@code body} is larger than {@code max}
     */
    public static ObjectNode parseObject(byte[] body, DataSize max) {
        if (parse(body, max) instanceof ObjectNode object) return object;
        throw new MalformedJson("not an object");
    }

    /** As {@link #parseObject}, for any value. */
    public static JsonNode parse(byte[] body, DataSize max) {
        if (body.length > max.bytes()) throw HttpError.tooLarge();
        String text = text(body);
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node == null || node.isMissingNode()) throw new MalformedJson("empty");
            WellFormed.check(node);
            return node;
        } catch (JsonProcessingException malformed) {
            throw new MalformedJson(malformed.getClass().getSimpleName());
        }
    }

    private static String text(byte[] body) {
        String text;
        try {
            text = FormDecoding.utf8(body);
        } catch (BadRequest notUtf8) {
            throw new MalformedJson(notUtf8.detail());
        }
        if (text.startsWith("\ufeff")) throw new MalformedJson("byte order mark");
        return text;
    }
}
