package postern.core;

/** Range checks whose text names the field and the rule, never the value. */
public final class Check {
    private Check() {}

    /**
     * @return {@code value}
     * @throws IllegalArgumentException when {@code value} is below {@code min} or above {@code max}
     */
    public static <T extends Comparable<T>> T between(String field, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(field + " must be between " + min + " and " + max);
        }
        return value;
    }

    /**
     * @throws IllegalArgumentException with {@code field} and {@code rule} when {@code holds} is
     *     false
     */
    public static void that(boolean holds, String field, String rule) {
        if (!holds) throw new IllegalArgumentException(field + " " + rule);
    }
}
