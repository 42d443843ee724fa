package postern.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import postern.core.DataSize;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

class LineReaderTest {
    private static final DataSize LIMIT = new DataSize(20_000);

    @Test
    void lines_are_cut_the_same_way_however_the_bytes_arrive() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            List<String> lines = new ArrayList<>();
            var text = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                String line = "x".repeat(random.nextInt(random.nextBoolean() ? 30 : 20_001));
                if (!line.isEmpty()) lines.add(line);
                text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
            }
            InputStream in = inPieces(text.toString(), random);
            assertEquals(lines, readAll(new LineReader(in, LIMIT)), "seed " + seed);
        }
    }

    @Test
    void the_limit_counts_the_line_alone() throws Exception {
        String fits = "y".repeat(20_000);
        assertEquals(List.of(fits), readAll(reader(fits + "\r\n")));
        assertEquals(List.of(fits), readAll(reader(fits)));
        assertThrows(LineReader.LineTooLong.class, () -> readAll(reader(fits + "y\n")));
        assertThrows(LineReader.LineTooLong.class, () -> readAll(reader(fits + "y")));
        assertThrows(LineReader.LineTooLong.class, () -> readAll(reader(fits.repeat(9))));
    }

    private static LineReader reader(String text) {
        return new LineReader(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), LIMIT);
    }

    private static List<String> readAll(LineReader reader) throws Exception {
        List<String> lines = new ArrayList<>();
        Optional<byte[]> line = reader.next();
        while (line.isPresent()) {
            lines.add(new String(line.get(), StandardCharsets.US_ASCII));
            line = reader.next();
        }
        return lines;
    }

    private static InputStream inPieces(String text, Random random) {
        var whole = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
        return new InputStream() {
            @Override
            public int read() {
                return whole.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return whole.read(into, offset, Math.min(length, 1 + random.nextInt(3_000)));
            }
        };
    }
}
