package postern.testkit.forgejo;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The parameters of a control request, with refusals that name the field. */
record ControlFields(Map<String, String> values) {
    String need(String name) {
        String value = values.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("field " + name + " is missing");
        }
        return value;
    }

    String optional(String name, String standard) {
        String value = values.getOrDefault(name, "");
        return value.isEmpty() ? standard : value;
    }

    List<String> list(String name) {
        return List.of(need(name).split(","));
    }

    long number(String name, String standard) {
        try {
            return Long.parseLong(optional(name, standard));
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("field " + name + " must be a number", wrong);
        }
    }

    /** In milliseconds. */
    Duration millis(String name, String standard) {
        return Duration.ofMillis(number(name, standard));
    }

    /** {@code true} unless the field says otherwise. */
    boolean yes(String name) {
        return optional(name, "true").equals("true");
    }
}
