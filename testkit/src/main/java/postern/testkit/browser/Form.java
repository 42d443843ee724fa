package postern.testkit.browser;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A form as found in a page.
 *
 * @param page where it stands
 * @param action absolute; without an action attribute the page itself
 * @param method GET or POST
 */
public record Form(
        URI page,
        URI action,
        String method,
        String id,
        List<Field> fields,
        List<Button> buttons,
        PageRules rules) {
    public Form {
        fields = List.copyOf(fields);
        buttons = List.copyOf(buttons);
    }

    /**
     * An input, select or textarea with the value that a browser would send if nobody touched it.
     *
     * @param type of an input, {@code select} or {@code textarea}
     * @param sent false for an unchecked box, an input without a name and a disabled one
     */
    public record Field(String name, String type, String value, boolean sent) {}

    /** A button that sends the form. */
    public record Button(String id, String name, String value, String text) {
        boolean isCalled(String wanted) {
            return !wanted.isEmpty()
                    && (wanted.equals(id)
                            || wanted.equalsIgnoreCase(text)
                            || wanted.equals(value)
                            || wanted.equals(name + "=" + value));
        }
    }

    /** The value that the field of this name has. */
    public Optional<String> value(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }

    /**
     * The button with this id, text, value or {@code name=value}.
     *
     * @throws IllegalStateException there is none; the text lists the buttons
     */
    public Button button(String wanted) {
        return buttons.stream()
                .filter(button -> button.isCalled(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("no button '" + wanted + "' among " + buttons));
    }
}
