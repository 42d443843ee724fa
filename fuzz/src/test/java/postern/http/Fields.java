package postern.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;

/** Header fields as the server would hand them on: any octets but line ends and NUL. */
final class Fields {
    private Fields() {}

    /** One field of this name for each line of {@code input}. */
    static Headers of(String name, byte[] input) {
        var fields = new HeaderMap();
        for (String line : new String(input, ISO_8859_1).split("\n", -1)) {
            fields.add(new HttpString(name), clean(line));
        }
        return new Headers(fields);
    }

    /** The server refuses a hundred fields, and so many never come here. */
    static boolean areTooMany(byte[] input) {
        return new String(input, ISO_8859_1).chars().filter(c -> c == '\n').count() > 90;
    }

    static String clean(String line) {
        return line.replaceAll("[\r\n\0]", "");
    }
}
