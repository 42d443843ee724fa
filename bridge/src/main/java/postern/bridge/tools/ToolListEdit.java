package postern.bridge.tools;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.bridge.tools.ListedTools.Part;
import postern.bridge.tools.ListedTools.Tool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Cuts and pastes in the bytes of an answer, so that all else in it stays as the server said. */
record ToolListEdit(ToolPolicy policy) {
    private static final byte[] KEY = ",\"annotations\":".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
                    .build();

    byte[] apply(byte[] answer) throws UnreadableToolList {
        ListedTools listed = ListedTools.in(answer);
        var out = new ByteArrayOutputStream(answer.length);
        copy(answer, 0, listed.array().start() + 1, out);
        boolean first = true;
        for (Tool tool : listed.tools()) {
            if (!policy.allows(tool.name())) continue;
            if (!first) out.write(',');
            first = false;
            write(answer, tool, out);
        }
        copy(answer, listed.array().end() - 1, answer.length, out);
        return out.toByteArray();
    }

    private void write(byte[] answer, Tool tool, ByteArrayOutputStream out)
            throws UnreadableToolList {
        int start = tool.part().start();
        int end = tool.part().end();
        Optional<ToolClass> known = policy.table().classOf(tool.name());
        if (known.isEmpty()) {
            copy(answer, start, end, out);
            return;
        }
        byte[] annotations = annotations(answer, tool, known.get());
        if (tool.annotations().isPresent()) {
            Part old = tool.annotations().get();
            copy(answer, start, old.start(), out);
            out.writeBytes(annotations);
            copy(answer, old.end(), end, out);
        } else {
            copy(answer, start, end - 1, out);
            out.writeBytes(KEY);
            out.writeBytes(annotations);
            out.write('}');
        }
    }

    private static byte[] annotations(byte[] answer, Tool tool, ToolClass known)
            throws UnreadableToolList {
        try {
            ObjectNode annotations = MAPPER.createObjectNode();
            if (tool.annotations().isPresent()) {
                Part old = tool.annotations().get();
                JsonNode there = MAPPER.readTree(answer, old.start(), old.end() - old.start());
                if (there instanceof ObjectNode kept) annotations = kept;
            }
            known.annotate(annotations);
            return MAPPER.writeValueAsBytes(annotations);
        } catch (IOException malformed) {
            throw new UnreadableToolList("malformed annotations");
        }
    }

    private static void copy(byte[] from, int start, int end, ByteArrayOutputStream out) {
        out.write(from, start, end - start);
    }
}
