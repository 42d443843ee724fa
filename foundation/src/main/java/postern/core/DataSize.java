package postern.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, zero or more. Text form: {@code 512B}, {@code 64KiB}, {@code 256MiB}, {@code
 * 1GiB}.
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)");

    public DataSize {
        if (bytes < 0) throw new IllegalArgumentException("a data size is zero or more");
    }

    public static DataSize ofKibibytes(long kibibytes) {
        return new DataSize(Math.multiplyExact(kibibytes, 1L << 10));
    }

    public static DataSize ofMebibytes(long mebibytes) {
        return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    public static DataSize ofGibibytes(long gibibytes) {
        return new DataSize(Math.multiplyExact(gibibytes, 1L << 30));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException when {@code text} is not a whole number followed by a unit
     */
    public static DataSize parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a size is a whole number and a unit, for example 256MiB");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "B" -> new DataSize(count);
            case "KiB" -> ofKibibytes(count);
            case "MiB" -> ofMebibytes(count);
            default -> ofGibibytes(count);
        };
    }

    /**
     * The size as an array length.
     *
     * @throws ArithmeticException over 2 GiB
     */
    public int toIntBytes() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        if (bytes >= 1L << 30 && bytes % (1L << 30) == 0) return (bytes >> 30) + "GiB";
        if (bytes >= 1L << 20 && bytes % (1L << 20) == 0) return (bytes >> 20) + "MiB";
        if (bytes >= 1L << 10 && bytes % (1L << 10) == 0) return (bytes >> 10) + "KiB";
        return bytes + "B";
    }
}
