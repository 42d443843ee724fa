package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one file of a form upload (RFC 7578), as far as an upload of an attachment needs it. */
final class Multipart {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
    private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]*)\"");

    private Multipart() {}

    /** A part that is a file. */
    record Part(String fileName, byte[] content) {}

    static Optional<Part> file(Exchange exchange) {
        Matcher boundary = BOUNDARY.matcher(exchange.header("Content-Type").orElse(""));
        if (!boundary.find()) {
            return Optional.empty();
        }
        // One byte is one character in this encoding, so that content survives.
        String body = new String(exchange.body(), ISO_8859_1);
        for (String part : body.split(Pattern.quote("--" + boundary.group(1)), -1)) {
            int headEnd = part.indexOf("\r\n\r\n");
            Matcher name = FILE_NAME.matcher(headEnd < 0 ? "" : part.substring(0, headEnd));
            if (name.find() && part.endsWith("\r\n")) {
                String content = part.substring(headEnd + 4, part.length() - 2);
                return Optional.of(new Part(name.group(1), content.getBytes(ISO_8859_1)));
            }
        }
        return Optional.empty();
    }
}
