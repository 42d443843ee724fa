package postern.testkit.wire;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request, read completely.
 *
 * @param target path and query as they came, still percent-encoded
 * @param headers by lower-case name
 */
public record WireRequest(
        String method, String target, Map<String, List<String>> headers, byte[] body) {
    public WireRequest {
        headers = Map.copyOf(headers);
    }

    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** Still percent-encoded; empty without a question mark. */
    public String query() {
        int question = target.indexOf('?');
        return question < 0 ? "" : target.substring(question + 1);
    }

    public List<String> all(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    public Optional<String> header(String name) {
        return all(name).stream().findFirst();
    }

    boolean endsConnection() {
        return header("Connection").filter("close"::equalsIgnoreCase).isPresent();
    }
}
