package postern.forge.relay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Passes JSON on and changes the text values of some fields, at any depth, without holding the
 * document. All other bytes stay as they are, whether they are JSON or not.
 */
final class JsonFieldStream extends FilterOutputStream {
    private static final int MAX_VALUE_BYTES = 16 * 1024;
    private static final byte[] OVERLONG = "\"***".getBytes(StandardCharsets.US_ASCII);
    private static final JsonFactory JSON = new JsonFactory();

    private enum State {
        BETWEEN,
        STRING,
        AFTER_NAME,
        AFTER_COLON,
        VALUE,
        OVERLONG
    }

    private final Map<String, UnaryOperator<String>> fields;
    private final int longestName;
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private State state = State.BETWEEN;
    private boolean escaped;
    private String name = "";

    /**
     * @param fields names without characters that JSON escapes, and what becomes of their texts
     */
    JsonFieldStream(OutputStream out, Map<String, UnaryOperator<String>> fields) {
        super(out);
        this.fields = Map.copyOf(fields);
        this.longestName = fields.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) next(source[i]);
        passed.writeTo(out);
        passed.reset();
    }

    private void next(byte b) {
        switch (state) {
            case STRING -> inString(b);
            case VALUE -> inValue(b);
            case OVERLONG -> {
                if (!ends(b)) return;
                passed.write(b);
                state = State.BETWEEN;
            }
            case BETWEEN -> between(b);
            case AFTER_NAME -> {
                if (b == ':') {
                    state = State.AFTER_COLON;
                    passed.write(b);
                } else if (isSpace(b)) {
                    passed.write(b);
                } else {
                    between(b);
                }
            }
            case AFTER_COLON -> {
                if (b == '"') {
                    state = State.VALUE;
                    text.reset();
                } else if (isSpace(b)) {
                    passed.write(b);
                } else {
                    between(b);
                }
            }
        }
    }

    private void between(byte b) {
        passed.write(b);
        state = b == '"' ? State.STRING : State.BETWEEN;
        text.reset();
    }

    private void inString(byte b) {
        passed.write(b);
        if (!ends(b)) {
            if (text.size() <= longestName) text.write(b);
            return;
        }
        name = text.toString(StandardCharsets.ISO_8859_1);
        state = fields.containsKey(name) ? State.AFTER_NAME : State.BETWEEN;
    }

    private void inValue(byte b) {
        if (ends(b)) {
            passed.write('"');
            passed.writeBytes(changed(text.toByteArray()));
            passed.write('"');
            state = State.BETWEEN;
            return;
        }
        text.write(b);
        if (text.size() > MAX_VALUE_BYTES) {
            // no address is so long, and a secret may be in it
            passed.writeBytes(OVERLONG);
            state = State.OVERLONG;
        }
    }

    /** Whether {@code b} ends the string; keeps account of backslashes. */
    private boolean ends(byte b) {
        if (escaped) {
            escaped = false;
            return false;
        }
        escaped = b == '\\';
        return b == '"';
    }

    private byte[] changed(byte[] json) {
        Optional<String> value = read(json);
        if (value.isEmpty()) return json;
        String other = fields.get(name).apply(value.get());
        return JsonStringEncoder.getInstance().quoteAsUTF8(other);
    }

    private static Optional<String> read(byte[] json) {
        var quoted = new ByteArrayOutputStream();
        quoted.write('"');
        quoted.writeBytes(json);
        quoted.write('"');
        try (JsonParser parser = JSON.createParser(quoted.toByteArray())) {
            parser.nextToken();
            return Optional.of(parser.getText());
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    @Override
    public void close() throws IOException {
        if (state == State.VALUE) {
            out.write('"');
            text.writeTo(out);
        }
        super.close();
    }
}
