package postern.http;

import postern.core.Check;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One event. Source: HTML Living Standard §9.2.
 *
 * @param id without line ends and NUL
 * @param data UTF-8; each line becomes a line of the event. Empty data is a legal priming event
 * @param retryMillis how long the client shall wait before it connects again
 */
@SuppressWarnings("ArrayRecordComponent") // events are sent, never compared
public record ServerSentEvent(Optional<String> id, byte[] data, OptionalLong retryMillis) {
    public ServerSentEvent {
        id.ifPresent(text -> {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                Check.that(c >= 0x20 && c <= 0x7e, "event id", "must be printable ASCII");
            }
        });
        Check.that(retryMillis.orElse(0) >= 0, "event retry", "must be zero or more");
    }

    public static ServerSentEvent of(byte[] data) {
        return new ServerSentEvent(Optional.empty(), data, OptionalLong.empty());
    }

    public static ServerSentEvent of(String id, byte[] data) {
        return new ServerSentEvent(Optional.of(id), data, OptionalLong.empty());
    }

    /** The event as it goes over the wire. CR, LF and CRLF in the data each end a line. */
    byte[] encoded() {
        var out = new ByteArrayOutputStream(data.length + 64);
        id.ifPresent(text -> line(out, "id: " + text));
        retryMillis.ifPresent(millis -> line(out, "retry: " + millis));
        int start = 0;
        while (start <= data.length) {
            int end = lineEnd(start);
            out.writeBytes(DATA);
            out.write(data, start, end - start);
            out.write('\n');
            boolean pair = end + 1 < data.length && data[end] == '\r' && data[end + 1] == '\n';
            start = end + (pair ? 2 : 1);
        }
        out.write('\n');
        return out.toByteArray();
    }

    private int lineEnd(int start) {
        int end = start;
        while (end < data.length && data[end] != '\n' && data[end] != '\r') end++;
        return end;
    }

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private static void line(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        out.write('\n');
    }
}
