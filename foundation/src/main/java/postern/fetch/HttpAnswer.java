package postern.fetch;

import postern.core.DataSize;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one HTTP/1.1 answer, strictly and bounded: status 200, JSON, no content coding, and a
 * length that is stated in exactly one way. Source: RFC 9112 sections 4 to 7.
 */
final class HttpAnswer {
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_FIELDS = 100;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([0-9]{3})( .*)?");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,7})[ \\t]*(;.*)?");
    private static final Pattern JSON =
            Pattern.compile("application/(json|[a-z0-9!#$&^_.+-]+\\+json)");
    private static final Pattern MAX_AGE = Pattern.compile("max-age=\"?([0-9]{1,9})\"?");

    private final InputStream in;
    private int headBytes;

    private HttpAnswer(InputStream in) {
        this.in = in;
    }

    static Fetched read(InputStream in, DataSize maxBody) throws IOException {
        var answer = new HttpAnswer(in);
        answer.status();
        Map<String, String> fields = answer.fields();
        mediaType(fields);
        byte[] body = answer.body(fields, maxBody.toIntBytes());
        return new Fetched(body, maxAge(fields));
    }

    private void status() throws IOException {
        Matcher line = STATUS_LINE.matcher(line());
        if (!line.matches()) throw new FetchFailed("the answer is not HTTP/1.1");
        String status = line.group(1);
        if (status.startsWith("5")) {
            throw new FetchFailed(FetchFailed.Kind.UNAVAILABLE, "status " + status);
        }
        if (!status.equals("200")) throw new FetchFailed("status " + status);
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i <= MAX_FIELDS; i++) {
            String line = line();
            if (line.isEmpty()) return fields;
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) throw new FetchFailed("malformed header field");
            // a second length is refused by its shape: "5, 5" is no number
            fields.merge(
                    field.group(1).toLowerCase(Locale.ROOT),
                    field.group(2),
                    (first, second) -> first + ", " + second);
        }
        throw new FetchFailed("too many header fields");
    }

    private static void mediaType(Map<String, String> fields) throws FetchFailed {
        String type = fields.getOrDefault("content-type", "").split(";", 2)[0];
        if (!JSON.matcher(type.strip().toLowerCase(Locale.ROOT)).matches()) {
            throw new FetchFailed("the document is not JSON by its media type");
        }
        if (!fields.getOrDefault("content-encoding", "identity").equals("identity")) {
            throw new FetchFailed("content coding");
        }
    }

    private byte[] body(Map<String, String> fields, int maxBytes) throws IOException {
        String length = fields.get("content-length");
        String coding = fields.get("transfer-encoding");
        if (coding != null) {
            if (length != null || !coding.toLowerCase(Locale.ROOT).equals("chunked")) {
                throw new FetchFailed("ambiguous length");
            }
            return chunks(maxBytes);
        }
        if (length == null || !LENGTH.matcher(length).matches()) {
            throw new FetchFailed("the answer does not state its length");
        }
        int bytes = Integer.parseInt(length);
        if (bytes > maxBytes) throw tooLarge();
        return exactly(bytes);
    }

    private byte[] chunks(int maxBytes) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            Matcher size = CHUNK.matcher(line());
            if (!size.matches()) throw new FetchFailed("malformed chunk");
            int bytes = Integer.parseInt(size.group(1), 16);
            if (bytes == 0) return body.toByteArray(); // what may follow is of no interest
            if (bytes > maxBytes - body.size()) throw tooLarge();
            body.writeBytes(exactly(bytes));
            if (!line().isEmpty()) throw new FetchFailed("malformed chunk");
        }
    }

    private static FetchFailed tooLarge() {
        return new FetchFailed("the document is too large");
    }

    private static FetchFailed cutOff() {
        return new FetchFailed(FetchFailed.Kind.UNAVAILABLE, "the answer was cut off");
    }

    private byte[] exactly(int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) throw cutOff();
        return read;
    }

    /** One line of the head or between chunks; all lines share one budget. */
    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) throw cutOff();
            if (++headBytes > MAX_HEAD_BYTES) throw new FetchFailed("the head is too large");
            if (next == '\r') {
                if (in.read() != '\n') throw new FetchFailed("stray carriage return");
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (next == '\n') throw new FetchFailed("stray line feed");
            line.write(next);
        }
    }

    private static Optional<Duration> maxAge(Map<String, String> fields) {
        String control = fields.getOrDefault("cache-control", "").toLowerCase(Locale.ROOT);
        Optional<Duration> age = Optional.empty();
        for (String directive : control.split(",")) {
            String word = directive.strip();
            if (word.equals("no-store") || word.equals("no-cache")) {
                return Optional.of(Duration.ZERO);
            }
            Matcher matcher = MAX_AGE.matcher(word);
            if (matcher.matches()) {
                age = Optional.of(Duration.ofSeconds(Long.parseLong(matcher.group(1))));
            }
        }
        return age;
    }
}
