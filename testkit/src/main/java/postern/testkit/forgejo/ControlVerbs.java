package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Verbs by method and name, each with what it answers. */
final class ControlVerbs {
    private final Map<String, Function<ControlFields, JsonNode>> verbs = new TreeMap<>();

    /** A verb that answers {@code {"ok":true}}. */
    void add(String verb, Consumer<ControlFields> action) {
        answer(
                verb,
                fields -> {
                    action.accept(fields);
                    return done();
                });
    }

    void answer(String verb, Function<ControlFields, JsonNode> action) {
        verbs.put(verb, action);
    }

    static ObjectNode done() {
        return Json.object().put("ok", true);
    }

    /**
     * Does what the verb says.
     *
     * @throws IllegalArgumentException no such verb, or a field is wrong; the text says which
     */
    JsonNode act(String verb, Map<String, String> fields) {
        Function<ControlFields, JsonNode> action = verbs.get(verb);
        if (action == null) {
            throw new IllegalArgumentException(
                    "no such control endpoint; there are " + String.join(", ", verbs.keySet()));
        }
        return action.apply(new ControlFields(fields));
    }
}
