package postern.mcp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.util.List;

/** One pass over one message; keeps what routing needs and skips the rest. For one thread. */
final class MessageReader {
    private static final String MODERN_KEY = "io.modelcontextprotocol/protocolVersion";
    private static final List<String> KEYS =
            List.of("jsonrpc", "id", "method", "params", "result", "error");

    private final JsonParser parser;
    private final MessageFields fields = new MessageFields();

    MessageReader(JsonParser parser) {
        this.parser = parser;
    }

    /** The parser stands on the opening brace, and afterwards on the closing one. */
    MessageFields read() throws IOException, Malformed {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "jsonrpc" -> fields.version2 = "2.0".equals(textOrNull());
                case "id" -> readId();
                case "method" -> {
                    fields.method = textOrNull();
                    if (fields.method == null) throw Malformed.request("method must be a string");
                }
                case "params" -> readParams();
                case "result" -> readResult();
                case "error" -> {
                    fields.hasError = true;
                    parser.skipChildren();
                }
                default -> {
                    fields.hasKeyInOtherSpelling |= KEYS.stream().anyMatch(key::equalsIgnoreCase);
                    parser.skipChildren();
                }
            }
        }
        return fields;
    }

    private void readId() throws IOException, Malformed {
        fields.hasId = true;
        if (parser.currentToken() == JsonToken.VALUE_NULL) return;
        fields.id = id();
        if (fields.id == null) throw Malformed.request("an id must be a string or an integer");
        fields.idSpan = span();
    }

    private void readParams() throws IOException, Malformed {
        if (parser.currentToken() == JsonToken.VALUE_NULL) return;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw Malformed.request("params must be an object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "_meta" -> readMeta();
                case "protocolVersion" -> readProtocolVersion();
                case "requestId" -> {
                    fields.cancelled = id();
                    if (fields.cancelled != null) fields.cancelledSpan = span();
                    parser.skipChildren();
                }
                case "progressToken" -> {
                    fields.progressOf = id();
                    parser.skipChildren();
                }
                case "name" -> {
                    fields.name = textOrNull();
                    parser.skipChildren();
                }
                default -> {
                    fields.hasNameInOtherSpelling |= key.equalsIgnoreCase("name");
                    parser.skipChildren();
                }
            }
        }
    }

    private void readMeta() throws IOException, Malformed {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (key.equals("progressToken")) fields.progressToken = id();
            if (key.equals(MODERN_KEY)) fields.modern = true;
            parser.skipChildren();
        }
    }

    private void readResult() throws IOException {
        fields.hasResult = true;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (key.equals("protocolVersion")) readProtocolVersion();
            else parser.skipChildren();
        }
    }

    private void readProtocolVersion() throws IOException {
        fields.protocolVersion = textOrNull();
        if (fields.protocolVersion != null) fields.protocolVersionSpan = span();
        parser.skipChildren();
    }

    private String textOrNull() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    }

    /** The id at hand, or null when the value cannot be one. */
    private RequestId id() throws IOException, Malformed {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> {
                String text = parser.getText();
                if (Utf8.hasLoneSurrogate(text)) throw Malformed.request("an id must be text");
                yield RequestId.ofText(checked(text));
            }
            case VALUE_NUMBER_INT -> RequestId.ofNumber(checked(parser.getText()));
            default -> null;
        };
    }

    private static String checked(String value) throws Malformed {
        if (value.length() > RequestId.MAX_CHARS) throw Malformed.request("an id is too long");
        return value;
    }

    /** Of the scalar at hand, which must have been read. */
    private Span span() throws IOException {
        int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return new Span(start, start + parser.getTextLength());
        }
        parser.finishToken();
        return new Span(start, Math.toIntExact(parser.currentLocation().getByteOffset()));
    }
}
