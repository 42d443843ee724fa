package postern.supervisor;

import java.util.regex.Pattern;

/** Names one child for all time: the run of the supervisor, a dash, a number. Never reused. */
public record ChildId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9]{1,40}-[0-9]{1,18}");

    /**
     * @throws IllegalArgumentException when the text is not an id of this kind
     */
    public ChildId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("a child id is a run, a dash and a number");
        }
    }

    static boolean isShaped(String text) {
        return SHAPE.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
