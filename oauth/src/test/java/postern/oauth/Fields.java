package postern.oauth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters of a query or a form, already encoded, with changes as they stand in a table. */
public final class Fields {
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<String> more = new ArrayList<>();

    /** Good parameters; null leaves a pair out. */
    public static Fields of(String... pairs) {
        var fields = new Fields();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] == null) continue;
            fields.values.put(pairs[i], Wire.encode(pairs[i], pairs[i + 1]));
        }
        return fields;
    }

    /**
     * Applies changes separated by spaces: {@code -name} leaves out, {@code name=value} replaces,
     * {@code +name=value} adds. Values are sent as they are, so they must be encoded.
     */
    public Fields changed(String changes) {
        for (String change : changes.isBlank() ? new String[0] : changes.strip().split(" ")) {
            if (change.startsWith("-")) {
                values.remove(change.substring(1));
            } else if (change.startsWith("+")) {
                more.add(change.substring(1));
            } else {
                values.put(change.split("=", 2)[0], change.replace("{2049}", "x".repeat(2049)));
            }
        }
        return this;
    }

    public String encoded() {
        List<String> all = new ArrayList<>(values.values());
        all.addAll(more);
        return String.join("&", all);
    }
}
