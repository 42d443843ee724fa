package postern.mcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What is read from a message; refusals stand in EndpointTest's table, over HTTP. */
class MessageParserTest {
    @Test
    void a_request_keeps_its_own_bytes() throws Malformed {
        byte[] json =
                utf8(
                        "{\"params\":{\"name\":\"t\",\"arguments\":{\"id\":9,\"name\":\"x\"},\"_meta\":{\"progressToken\":\"p\"}},"
                            + "\"method\":\"tools/call\",\"id\":\"\\u0061b\",\"jsonrpc\":\"2.0\"}");
        Message message = MessageParser.fromClient().parse(json);
        assertEquals(Message.Kind.REQUEST, message.kind());
        assertEquals(Optional.of(RequestId.ofText("ab")), message.id());
        assertEquals("\"\\u0061b\"", utf8(message.idJson().orElseThrow()));
        assertEquals(Optional.of("t"), message.toolName());
        assertEquals(Optional.of(RequestId.ofText("p")), message.progressToken());
        assertSame(json, message.line());
        assertSame(json, message.lineTowardsChild());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"jsonrpc":"2.0","id":1,"method":"ping"}           | REQUEST
                    {"jsonrpc":"2.0","method":"ping"}                  | NOTIFICATION
                    {"jsonrpc":"2.0","id":1,"result":null}             | RESPONSE
                    {"jsonrpc":"2.0","id":null,"error":{}}             | ERROR
                    {"jsonrpc":"2.0","error":{"code":1}}               | ERROR
                    {"jsonrpc":"2.0","id":"","method":"a","params":null} | REQUEST
                    """)
    void kinds(String json, Message.Kind kind) throws Malformed {
        assertEquals(kind, MessageParser.fromClient().parse(utf8(json)).kind());
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "-1,-1",
        "9007199254740992,9007199254740992",
        "9007199254740993,\"postern-int:9007199254740993\"",
        "-0,\"postern-int:-0\""
    })
    void ids_towards_a_child(String id, String towards) throws Malformed {
        Message message =
                MessageParser.fromClient()
                        .parse(
                                utf8(
                                        "{\"jsonrpc\":\"2.0\", \"id\" : "
                                                + id
                                                + " ,\"method\":\"ping\"}"));
        assertEquals(
                "{\"jsonrpc\":\"2.0\", \"id\" : " + towards + " ,\"method\":\"ping\"}",
                utf8(message.lineTowardsChild()));
    }

    @Test
    void line_ends_between_tokens_become_blanks_and_those_in_strings_are_refused()
            throws Malformed {
        byte[] pretty = utf8("{\r\n\"jsonrpc\":\"2.0\",\n\"method\":\"a\\nb\"}\n");
        Message message = MessageParser.fromClient().parse(pretty);
        assertEquals("{  \"jsonrpc\":\"2.0\", \"method\":\"a\\nb\"} ", utf8(message.line()));
        byte[] raw = utf8("{\"jsonrpc\":\"2.0\",\"method\":\"a\tb\"}");
        assertThrows(Malformed.class, () -> MessageParser.fromClient().parse(raw));
        byte[] inside = utf8("{\"jsonrpc\":\"2.0\",\"method\":\"a\nb\"}");
        Optional<byte[]> line = Optional.empty();
        try {
            line = Optional.of(MessageParser.fromClient().parse(inside).line());
        } catch (Malformed refused) {
            assertEquals(JsonRpcErrors.PARSE_ERROR, refused.code());
        }
        assertTrue(line.isEmpty());
    }

    @Test
    void an_answer_with_its_id_at_the_end_gets_another_id() throws Malformed {
        Message answer =
                MessageParser.fromChild()
                        .parse(
                                utf8(
                                        "{\"result\":{\"id\":5,\"protocolVersion\":\"x\"},\"jsonrpc\":\"2.0\",\"id\":\"k\u00e9\"}"));
        assertEquals(Optional.of("x"), answer.protocolVersion());
        assertEquals(
                "{\"result\":{\"id\":5,\"protocolVersion\":\"x\"},\"jsonrpc\":\"2.0\",\"id\":77}",
                utf8(answer.withId(utf8("77"))));
    }

    @Test
    void versions_are_replaced_in_place() throws Malformed {
        Message initialize =
                MessageParser.fromClient()
                        .parse(
                                utf8(
                                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2026-07-28\",\"a\":1}}"));
        assertTrue(initialize.isInitialize());
        assertTrue(
                utf8(initialize.withProtocolVersion("2025-11-25"))
                        .contains("{\"protocolVersion\":\"2025-11-25\",\"a\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e3", "1.0", "true", "[1]", "\"\\ud800\""})
    void an_id_that_no_child_gives_back_is_refused(String id) {
        byte[] json = utf8("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}");
        var refused = assertThrows(Malformed.class, () -> MessageParser.fromClient().parse(json));
        assertEquals(JsonRpcErrors.INVALID_REQUEST, refused.code());
    }

    @Test
    void an_id_may_have_1024_characters_and_not_one_more() throws Malformed {
        MessageParser.fromClient().parse(withId("x".repeat(1024)));
        assertThrows(
                Malformed.class, () -> MessageParser.fromClient().parse(withId("x".repeat(1025))));
    }

    @Test
    void the_envelope_of_the_new_era_is_seen() throws Malformed {
        String meta = "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}";
        String json =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"_meta\":"
                        + meta
                        + "}}";
        assertTrue(MessageParser.fromClient().parse(utf8(json)).hasModernEnvelope());
    }

    @Test
    void a_cancelled_big_id_is_rewritten_like_the_request() throws Malformed {
        Message cancel =
                MessageParser.fromClient()
                        .parse(
                                utf8(
                                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9007199254740993,\"reason\":\"r\"}}"));
        assertTrue(
                utf8(cancel.lineTowardsChild())
                        .contains(
                                "{\"requestId\":\"postern-int:9007199254740993\",\"reason\":\"r\"}"));
    }

    @Test
    void an_error_text_needs_no_escaping() {
        assertArrayEquals(
                utf8(
                        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"no\"}}"),
                JsonRpcErrors.error(Optional.empty(), -32000, "no"));
        assertThrows(
                IllegalArgumentException.class,
                () -> JsonRpcErrors.error(Optional.empty(), -32000, "\""));
    }

    private static byte[] withId(String id) {
        return utf8("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"ping\"}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
