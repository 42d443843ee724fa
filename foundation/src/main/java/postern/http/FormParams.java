package postern.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parameters of a query or a form body, read in one pass and strictly. At most 64 of them, names up
 * to 128 characters, values up to 8192. Refuses malformed percent sequences, bytes that are not
 * UTF-8, and NUL. An empty value is the same as none (OAuth 2.1 §3.1), but counts as an occurrence.
 */
public final class FormParams {
    private static final int MAX_PARAMETERS = 64;
    private static final int MAX_NAME = 128;
    private static final int MAX_VALUE = 8192;
    private static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

    private final Map<String, List<String>> values;

    private FormParams(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads a query.
     *
     * @param rawQuery without the question mark
     * @throws BadRequest see the class
     */
    public static FormParams ofQuery(String rawQuery) {
        return parse(rawQuery.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a form body.
     *
     * @throws BadRequest see the class; also when the media type is missing, repeated or another
     *     one (oauth-rules H2)
     */
    public static FormParams ofBody(Request request) {
        String type = request.headers().single("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        String essence = semicolon < 0 ? type : type.substring(0, semicolon);
        if (!essence.strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE)) {
            throw new BadRequest("the body must be " + MEDIA_TYPE, "other media type");
        }
        return parse(request.body());
    }

    private static FormParams parse(byte[] raw) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        int count = 0;
        int start = 0;
        while (start <= raw.length) {
            int end = FormDecoding.indexOf(raw, '&', start, raw.length);
            if (end > start) {
                if (++count > MAX_PARAMETERS) {
                    throw new BadRequest("too many parameters", "more than " + MAX_PARAMETERS);
                }
                int equals = FormDecoding.indexOf(raw, '=', start, end);
                String name = FormDecoding.decode(raw, start, equals, MAX_NAME);
                String value = FormDecoding.decode(raw, Math.min(equals + 1, end), end, MAX_VALUE);
                values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
            }
            start = end + 1;
        }
        return new FormParams(values);
    }

    /**
     * The value of a parameter that may be sent once; empty when it was not sent or is empty.
     *
     * @throws RepeatedParameter when it was sent twice, be it with the same or an empty value
     */
    public Optional<String> single(String name) {
        if (isRepeated(name)) throw new RepeatedParameter(name);
        List<String> sent = values.getOrDefault(name, List.of());
        return sent.isEmpty() || sent.getFirst().isEmpty()
                ? Optional.empty()
                : Optional.of(sent.getFirst());
    }

    /** All values that are not empty, in the order of arrival. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of()).stream().filter(v -> !v.isEmpty()).toList();
    }

    /** Every name that was sent more than once, known or not. Client text: do not log it. */
    public Set<String> repeated() {
        Set<String> names = new LinkedHashSet<>();
        values.forEach((name, all) -> {
            if (all.size() > 1) names.add(name);
        });
        return names;
    }

    public boolean isRepeated(String name) {
        return values.getOrDefault(name, List.of()).size() > 1;
    }
}
