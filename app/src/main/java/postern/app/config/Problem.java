package postern.app.config;

/**
 * Something that has to be changed before a start: where, what is wrong, and how it looks when
 * right.
 */
public record Problem(String where, String fault, String example) {
    @Override
    public String toString() {
        return where + " " + fault + (example.isEmpty() ? "" : " (for example " + example + ")");
    }
}
