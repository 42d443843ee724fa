package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import postern.core.DataSize;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * 100 MiB each way. The receiver stops after the first megabyte until the sender has come to a stop
 * as well: what is between them then is all that anybody holds, buffers of sockets included.
 */
class RelayStreamsTest extends RelayBench {
    private static final int MEBIBYTE = 1 << 20;
    private static final long LENGTH = 100L * MEBIBYTE;
    private static final long MOST_BETWEEN = 40L * MEBIBYTE;
    private static final RelayLimits LIMITS =
            RelayLimits.standard()
                    .withSizes(DataSize.ofMebibytes(128), DataSize.ofMebibytes(128))
                    .withTimeout(Duration.ofMinutes(2));

    private final AtomicLong sent = new AtomicLong();

    /** Its length divides neither the whole nor any buffer: a piece in a wrong place shows. */
    private static final byte[] PATTERN = pattern(1_048_573);

    private static byte[] pattern(int length) {
        var pattern = new byte[length];
        for (int i = 0; i < length; i++) pattern[i] = (byte) (' ' + (i * 31L + i / 8191) % 90);
        return pattern;
    }

    /** Text of 100 MiB; counts what has been taken of it. */
    private final class Source extends InputStream {
        private long at;

        @Override
        public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (at == LENGTH) return -1;
            int from = (int) (at % PATTERN.length);
            int count = (int) Math.min(Math.min(length, PATTERN.length - from), LENGTH - at);
            System.arraycopy(PATTERN, from, target, offset, count);
            at += count;
            sent.addAndGet(count);
            return count;
        }
    }

    /** Reads all of it, with a stop after the first megabyte; length and checksum. */
    private String received(InputStream in) throws IOException {
        var sum = new CRC32();
        long length = 0;
        var chunk = new byte[64 * 1024];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            boolean stops = length < MEBIBYTE && length + n >= MEBIBYTE;
            sum.update(chunk, 0, n);
            length += n;
            if (stops) awaitStop(length);
        }
        return length + " " + sum.getValue();
    }

    /** The sender has stopped when it gets nowhere for half a second, or is through. */
    private void awaitStop(long received) {
        var before = new AtomicLong(-1);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofMinutes(1))
                .until(() -> before.getAndSet(sent.get()) == sent.get());
        long between = sent.get() - received;
        System.out.println("between sender and receiver: " + between / 1024 + " KiB");
        assertTrue(between < MOST_BETWEEN, () -> between + " bytes on their way");
    }

    private String expected() throws IOException {
        var sum = new CRC32();
        new CheckedInputStream(new Source(), sum).transferTo(OutputStream.nullOutputStream());
        sent.set(0);
        return LENGTH + " " + sum.getValue();
    }

    @Test
    void a_download_passes_piece_by_piece() throws Exception {
        String expected = expected();
        start(
                true,
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "application/octet-stream");
                    exchange.sendResponseHeaders(200, LENGTH);
                    new Source().transferTo(exchange.getResponseBody());
                },
                LIMITS,
                Set.of());
        var asked = request("/o/r/releases/download/v1/a").GET().timeout(Duration.ofMinutes(2));
        HttpResponse<InputStream> answer = client.send(asked.build(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            assertEquals(expected, received(body));
        }
    }

    @Test
    void an_upload_passes_piece_by_piece() throws Exception {
        String expected = expected();
        start(
                false,
                exchange -> text(exchange, 201, received(exchange.getRequestBody())),
                LIMITS,
                Set.of());
        BodyPublisher body = BodyPublishers.ofInputStream(Source::new);
        var asked =
                request("/api/v1/repos/o/r/releases/1/assets")
                        .POST(body)
                        .timeout(Duration.ofMinutes(2));
        HttpResponse<String> answer = send(asked);
        assertEquals(201, answer.statusCode());
        assertEquals(expected, answer.body());
    }

    @Test
    void json_of_no_told_length_in_which_addresses_are_looked_for_does_so_too() throws Exception {
        String expected = expected();
        start(
                true,
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, 0);
                    new Source().transferTo(exchange.getResponseBody());
                },
                LIMITS,
                Set.of());
        var asked = request("/api/v1/repos/o/r/git/trees/a").GET().timeout(Duration.ofMinutes(2));
        HttpResponse<InputStream> answer = client.send(asked.build(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            assertEquals(expected, received(body));
        }
    }
}
