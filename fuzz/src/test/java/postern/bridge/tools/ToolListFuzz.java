package postern.bridge.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.Scope;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Cutting and pasting says what changing the whole tree would say, and shows no reader more. */
public final class ToolListFuzz {
    private static final ToolTable TABLE =
            new ToolTable(
                    Map.of(
                            "get", ToolClass.READ,
                            "put", ToolClass.WRITE,
                            "drop", ToolClass.DESTRUCTIVE));
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private ToolListFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        for (Scope scope : new Scope[] {Scope.READ_ONLY, Scope.FULL}) {
            var policy = new ToolPolicy(TABLE, scope);
            byte[] edited;
            try {
                edited = new ToolListEdit(policy).apply(input.clone());
            } catch (UnreadableToolList unreadable) {
                assertEquals(scope.isReadOnly(), policy.edited(input.clone()).isEmpty());
                continue;
            }
            Optional<JsonNode> before = tree(input);
            if (before.isEmpty()) continue; // something behind the answer, or too long a number
            JsonNode expected = before.get();
            change((ObjectNode) expected.path("result"), policy);
            assertEquals(expected, tree(edited).orElseThrow());
            for (JsonNode tool : expected.path("result").path("tools")) {
                assertTrue(policy.allows(tool.path("name").asText()));
            }
        }
    }

    private static void change(ObjectNode result, ToolPolicy policy) {
        ArrayNode kept = MAPPER.createArrayNode();
        for (JsonNode node : result.path("tools")) {
            ObjectNode tool = (ObjectNode) node;
            String name = tool.path("name").isTextual() ? tool.path("name").asText() : "";
            if (!policy.allows(name)) continue;
            Optional<ToolClass> known = TABLE.classOf(name);
            if (known.isPresent()) {
                ObjectNode hints =
                        tool.path("annotations") instanceof ObjectNode there
                                ? there
                                : tool.putObject("annotations");
                known.get().annotate(hints);
            }
            kept.add(tool);
        }
        result.set("tools", kept);
    }

    private static Optional<JsonNode> tree(byte[] json) {
        try {
            return Optional.of(MAPPER.readTree(json)).filter(JsonNode::isObject);
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }
}
