package postern.bridge.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import postern.core.DataSize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the tools stand in an answer to {@code tools/list}.
 *
 * @param array with its brackets
 */
record ListedTools(Part array, List<Tool> tools) {
    /** Far over what a model can use. */
    static final DataSize MAX_ANSWER = DataSize.ofMebibytes(4);

    private static final int MAX_DEPTH = 512;
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    /** Offsets of bytes; {@code end} is behind the last one. */
    record Part(int start, int end) {}

    /**
     * One tool.
     *
     * @param name empty when it has none
     * @param annotations the value, when there is one
     */
    record Tool(Part part, String name, Optional<Part> annotations) {}

    ListedTools {
        tools = List.copyOf(tools);
    }

    static ListedTools in(byte[] answer) throws UnreadableToolList {
        if (answer.length > MAX_ANSWER.bytes()) throw new UnreadableToolList("too long");
        try (JsonParser parser = JSON.createParser(answer)) {
            parser.nextToken();
            require(parser, JsonToken.START_OBJECT);
            ListedTools found = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                if (key.equals("result")) found = once(found, result(parser));
                else parser.skipChildren();
            }
            if (found == null) throw new UnreadableToolList("no tools");
            return found;
        } catch (IOException malformed) {
            throw new UnreadableToolList("malformed");
        }
    }

    private static ListedTools result(JsonParser parser) throws IOException, UnreadableToolList {
        require(parser, JsonToken.START_OBJECT);
        ListedTools found = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (key.equals("tools")) found = once(found, list(parser));
            else parser.skipChildren();
        }
        return found;
    }

    /** Of two members of one name, we might edit the one that the client does not read. */
    private static <T> T once(T before, T now) throws UnreadableToolList {
        if (before != null) throw new UnreadableToolList("a member stands there twice");
        return now;
    }

    private static ListedTools list(JsonParser parser) throws IOException, UnreadableToolList {
        require(parser, JsonToken.START_ARRAY);
        int start = offset(parser);
        List<Tool> tools = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) tools.add(tool(parser));
        return new ListedTools(new Part(start, offset(parser) + 1), tools);
    }

    private static Tool tool(JsonParser parser) throws IOException, UnreadableToolList {
        require(parser, JsonToken.START_OBJECT);
        int start = offset(parser);
        String name = null;
        Part annotations = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            if (key.equals("name")) {
                name = once(name, value == JsonToken.VALUE_STRING ? parser.getText() : "");
                parser.skipChildren();
            } else if (key.equals("annotations")) {
                annotations = once(annotations, annotations(parser));
            } else {
                parser.skipChildren();
            }
        }
        return new Tool(
                new Part(start, offset(parser) + 1),
                name == null ? "" : name,
                Optional.ofNullable(annotations));
    }

    private static Part annotations(JsonParser parser) throws IOException, UnreadableToolList {
        int start = offset(parser);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return new Part(start, start + "null".length());
        }
        require(parser, JsonToken.START_OBJECT);
        parser.skipChildren();
        return new Part(start, offset(parser) + 1);
    }

    private static int offset(JsonParser parser) {
        return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }

    private static void require(JsonParser parser, JsonToken expected) throws UnreadableToolList {
        if (parser.currentToken() != expected) throw new UnreadableToolList("another shape");
    }
}
