package postern.testkit.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Reads events off a stream as they come; comments are counted, not returned. */
final class SseReader implements AutoCloseable {
    private final InputStream stream;
    private final BufferedReader lines;
    private final AtomicLong comments = new AtomicLong();

    SseReader(InputStream stream) {
        this.stream = stream;
        lines = new BufferedReader(new InputStreamReader(stream, UTF_8));
    }

    /** The next event, or nothing at the end of the stream. */
    Optional<SseEvent> next() throws IOException {
        String id = "";
        String event = "message";
        var data = new StringBuilder();
        long retryMillis = -1;
        boolean any = false;
        String line = lines.readLine();
        while (line != null) {
            if (line.isEmpty() && any) {
                return Optional.of(
                        new SseEvent(id, event, data.toString(), retryMillis, System.nanoTime()));
            }
            if (line.startsWith(":")) {
                comments.incrementAndGet();
            } else if (!line.isEmpty()) {
                String value = valueOf(line);
                any = true;
                switch (line.split(":", 2)[0]) {
                    case "id" -> id = value;
                    case "event" -> event = value;
                    case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                    case "retry" -> retryMillis = Long.parseLong(value);
                    default -> {}
                }
            }
            line = lines.readLine();
        }
        return Optional.empty();
    }

    private static String valueOf(String line) {
        int colon = line.indexOf(':');
        String value = colon < 0 ? "" : line.substring(colon + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    /** Keep-alive comments so far. */
    long comments() {
        return comments.get();
    }

    @Override
    public void close() throws IOException {
        // Not the reader: its lock is held by a thread that waits for the next line.
        stream.close();
    }
}
