package postern.e2e.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Query or form parameters in order; a name may be there twice. Immutable. */
record Params(List<Map.Entry<String, String>> pairs) {
    Params {
        pairs = List.copyOf(pairs);
    }

    static Params of(String... namesAndValues) {
        var pairs = new ArrayList<Map.Entry<String, String>>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            pairs.add(Map.entry(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Params(pairs);
    }

    /** Reads what is between {@code ?} and the end. */
    static Params parse(String query) {
        var pairs = new ArrayList<Map.Entry<String, String>>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) continue;
            String[] parts = pair.split("=", 2);
            pairs.add(
                    Map.entry(
                            URLDecoder.decode(parts[0], UTF_8),
                            parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : ""));
        }
        return new Params(pairs);
    }

    /** In place of every value that there is. */
    Params with(String name, String value) {
        return without(name).and(name, value);
    }

    /** Beside what there is. */
    Params and(String name, String value) {
        var more = new ArrayList<>(pairs);
        more.add(Map.entry(name, value));
        return new Params(more);
    }

    Params without(String name) {
        return new Params(pairs.stream().filter(pair -> !pair.getKey().equals(name)).toList());
    }

    List<String> names() {
        return pairs.stream().map(Map.Entry::getKey).toList();
    }

    List<String> all(String name) {
        return pairs.stream()
                .filter(pair -> pair.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The only value. */
    String value(String name) {
        List<String> all = all(name);
        if (all.size() != 1) {
            throw new AssertionError("expected one " + name + " among " + names());
        }
        return all.getFirst();
    }

    String encoded() {
        return pairs.stream()
                .map(pair -> encode(pair.getKey()) + "=" + encode(pair.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
