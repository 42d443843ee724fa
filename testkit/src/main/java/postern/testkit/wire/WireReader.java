package postern.testkit.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads requests from one connection (RFC 9112 sections 2 to 7), bounded. */
final class WireReader {
    private static final int MAX_HEAD_BYTES = 256 << 10;
    private static final int MAX_BODY_BYTES = 64 << 20;

    private final InputStream in;
    private int headBytesLeft;

    WireReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** A request whose body has not been read yet. */
    record Head(String method, String target, Map<String, List<String>> headers) {}

    /** The head of the next request, or nothing when the other side is done. */
    Optional<Head> head() throws IOException {
        headBytesLeft = MAX_HEAD_BYTES;
        String line = line();
        if (line.isEmpty()) {
            return Optional.empty();
        }
        String[] words = line.split(" ", -1);
        if (words.length != 3) {
            throw new IOException("not a request line");
        }
        var headers = new LinkedHashMap<String, List<String>>();
        for (line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a header line");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            headers.computeIfAbsent(name, first -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return Optional.of(new Head(words[0], words[1], headers));
    }

    byte[] body(Map<String, List<String>> headers) throws IOException {
        if (headers.containsKey("transfer-encoding")) {
            return chunks();
        }
        String length = headers.getOrDefault("content-length", List.of("0")).getFirst();
        return bytes(number(length, 10));
    }

    private byte[] chunks() throws IOException {
        var all = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            all.write(bytes(size));
            line();
            if (all.size() > MAX_BODY_BYTES) {
                throw new IOException("body too large");
            }
        }
        while (!line().isEmpty()) {
            // Trailer fields mean nothing here.
        }
        return all.toByteArray();
    }

    private int chunkSize() throws IOException {
        headBytesLeft = MAX_HEAD_BYTES;
        return number(line().split(";", 2)[0].strip(), 16);
    }

    private byte[] bytes(int count) throws IOException {
        byte[] read = in.readNBytes(count);
        if (read.length < count) {
            throw new EOFException("body ends early");
        }
        return read;
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= 0 && number <= MAX_BODY_BYTES) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // The same refusal as for a number out of range.
        }
        throw new IOException("not a length");
    }

    /** A line without its end; empty at the end of the stream too. */
    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (--headBytesLeft < 0) {
                throw new IOException("head too large");
            }
            line.write(next);
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
