package postern.testkit.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Query and form parameters. */
public final class Parameters {
    private Parameters() {}

    /** Pairs in order; a later pair replaces an earlier one of that name. */
    public static Map<String, String> of(String... pairs) {
        var parameters = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return parameters;
    }

    /** {@code base} with {@code changes} on top; a change to an empty text removes the name. */
    static Map<String, String> changed(Map<String, String> base, Map<String, String> changes) {
        var parameters = new LinkedHashMap<>(base);
        parameters.putAll(changes);
        parameters.values().removeIf(String::isEmpty);
        return parameters;
    }

    public static String encode(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(pair ->
                        URLEncoder.encode(pair.getKey(), UTF_8)
                                + "="
                                + URLEncoder.encode(pair.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** The query of an address, for example of the redirect back to a client. */
    public static Map<String, String> ofQuery(URI uri) {
        var parameters = new LinkedHashMap<String, String>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                String value = parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "";
                parameters.put(URLDecoder.decode(parts[0], UTF_8), value);
            }
        }
        return parameters;
    }
}
