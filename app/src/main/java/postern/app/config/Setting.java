package postern.app.config;

import java.util.function.Function;

/**
 * One setting.
 *
 * @param name of the variable; the flag is the same in lower case without the prefix, {@code
 *     --public-url}
 * @param standard value when it is not set, as text; empty: none
 * @param example shown beside every problem
 * @param secret never printed
 * @param what one sentence for the reference
 * @param cost what moving it costs, for the reference; empty where there is nothing to say
 * @param reader from text to value; throws {@link IllegalArgumentException} with the fault
 */
public record Setting<T>(
        String name,
        String standard,
        String example,
        boolean secret,
        String what,
        String cost,
        Function<String, T> reader) {
    static final String PREFIX = "POSTERN_";

    public String flag() {
        return "--"
                + name.substring(PREFIX.length())
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', '-');
    }

    public String fileVariable() {
        return name + "_FILE";
    }
}
