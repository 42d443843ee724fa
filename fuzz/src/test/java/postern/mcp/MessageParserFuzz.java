package postern.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.mcp.Message.Kind;

/**
 * What our one pass saw is what a reader of the whole tree sees, and a replaced id is the only
 * thing that changes in the bytes.
 */
public final class MessageParserFuzz {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private MessageParserFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Message message;
        try {
            message = MessageParser.fromClient().parse(input.clone());
        } catch (Malformed refused) {
            assertTrue(refused.code() == -32700 || refused.code() == -32600);
            child(input);
            return;
        }
        JsonNode tree = tree(message.line());
        assertEquals(tree(input), tree, "the line says the same");
        assertEquals(kind(tree), message.kind());
        assertEquals(tree.path("method").asText(""), message.method());
        assertEquals(tree.hasNonNull("id"), message.id().isPresent());
        message.id().ifPresent(id -> assertSame(id, tree.get("id")));
        message.cancelledId().ifPresent(id -> assertSame(id, tree.at("/params/requestId")));
        message.toolName().ifPresent(name -> assertEquals(tree.at("/params/name").asText(), name));
        assertEquals(child(input), message.kind());
        replaced(message, (ObjectNode) tree);
    }

    /** A child's parser knows fewer refusals, but the same kinds. */
    private static Kind child(byte[] input) {
        try {
            Message message = MessageParser.fromChild().parse(input.clone());
            assertTrue(isOneLine(message.line()));
            return message.kind();
        } catch (Malformed refused) {
            return null;
        }
    }

    private static void replaced(Message message, ObjectNode tree) {
        assertTrue(isOneLine(message.line()));
        assertTrue(isOneLine(message.lineTowardsChild()));
        JsonNode towards = tree(message.lineTowardsChild());
        JsonNode other = tree(message.withId("\"other\"".getBytes(UTF_8)));
        if (message.id().isEmpty()) {
            assertEquals(tree, other);
        } else {
            assertEquals(tree.deepCopy().put("id", "other"), other);
        }
        ObjectNode expected = tree.deepCopy();
        if (message.kind() == Kind.REQUEST) {
            RequestId id = message.id().orElseThrow().towardsChild();
            if (!id.equals(message.id().orElseThrow())) expected.put("id", id.value());
        }
        if (message.cancelledId().isPresent() && message.kind() != Kind.REQUEST) {
            RequestId id = message.cancelledId().get().towardsChild();
            if (!id.equals(message.cancelledId().get())) {
                ((ObjectNode) expected.get("params")).put("requestId", id.value());
            }
        }
        if (message.cancelledId().isEmpty() || message.kind() != Kind.REQUEST) {
            assertEquals(expected, towards);
        }
        JsonNode dated = tree(message.withProtocolVersion("2025-11-25"));
        if (message.protocolVersion().isPresent()) {
            boolean result = tree.has("result");
            JsonNode version = dated.at((result ? "/result" : "/params") + "/protocolVersion");
            JsonNode otherPlace = dated.at("/params/protocolVersion");
            assertTrue(
                    version.asText().equals("2025-11-25")
                            || otherPlace.asText().equals("2025-11-25"));
        }
    }

    private static void assertSame(RequestId id, JsonNode node) {
        assertEquals(node.isTextual(), id.text());
        if (id.text()) {
            assertEquals(node.textValue(), id.value());
        } else {
            assertEquals(node.bigIntegerValue(), new java.math.BigInteger(id.value()));
        }
    }

    private static Kind kind(JsonNode tree) {
        if (tree.has("method")) return tree.has("id") ? Kind.REQUEST : Kind.NOTIFICATION;
        return tree.has("error") ? Kind.ERROR : Kind.RESPONSE;
    }

    private static JsonNode tree(byte[] line) {
        try {
            return MAPPER.readTree(new String(line, UTF_8));
        } catch (JsonProcessingException malformed) {
            throw new AssertionError("no JSON", malformed);
        }
    }

    private static boolean isOneLine(byte[] line) {
        for (byte b : line) {
            if (b == '\n' || b == '\r') return false;
        }
        return true;
    }
}
