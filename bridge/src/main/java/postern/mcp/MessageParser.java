package postern.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import java.io.IOException;

/**
 * Reads one message in one pass. Refuses bytes that are not UTF-8, a byte order mark, anything
 * behind the message, batches, and ids that are neither strings nor integers. Safe for many
 * threads.
 *
 * <p>Batches existed in 2025-03-26 only and no client that we know sends them, so they are refused
 * for every version: one body is one message, and its fate is one HTTP status.
 */
public final class MessageParser {
    private static final MessageParser FROM_CLIENT = new MessageParser(true, 128);
    private static final MessageParser FROM_CHILD = new MessageParser(false, 512);

    private final JsonFactory factory;
    private final boolean ofStrangers;

    private MessageParser(boolean ofStrangers, int maxDepth) {
        this.ofStrangers = ofStrangers;
        factory =
                JsonFactory.builder()
                        .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, ofStrangers)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .streamReadConstraints(
                                StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
                        .build();
    }

    /**
     * For strangers: duplicate keys are refused at every depth, and more than 128 levels; so is
     * what a lax server would take for a key that decides, written with other capitals (Go's
     * decoder lets {@code "Name"} overrule {@code "name"}).
     */
    public static MessageParser fromClient() {
        return FROM_CLIENT;
    }

    /** For children: duplicate keys pass, as they do not decide anything; at most 512 levels. */
    public static MessageParser fromChild() {
        return FROM_CHILD;
    }

    /**
     * The message in {@code json}, which must not be changed afterwards.
     *
     * @throws Malformed -32700 when it is not JSON, -32600 when it is not one JSON-RPC message
     */
    public Message parse(byte[] json) throws Malformed {
        if (!Utf8.isText(json)) throw Malformed.json();
        try (JsonParser parser = factory.createParser(json)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                parser.skipChildren();
                throw Malformed.request("batches are not supported, send one message per request");
            }
            if (first == null) throw Malformed.json();
            if (first != JsonToken.START_OBJECT) throw Malformed.request("not a JSON-RPC message");
            MessageFields fields = new MessageReader(parser).read();
            if (parser.nextToken() != null) throw Malformed.json();
            if (ofStrangers) fields.requireOneSpelling();
            return new Message(fields.kind(), Bytes.oneLine(json), fields);
        } catch (IOException notJson) {
            throw Malformed.json();
        }
    }
}
