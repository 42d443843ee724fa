package postern.bridge.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.Scope;

import java.util.Map;
import java.util.Optional;

class ToolPolicyTest {
    private static final ToolTable TABLE =
            new ToolTable(
                    Map.of(
                            "get", ToolClass.READ,
                            "put", ToolClass.WRITE,
                            "drop", ToolClass.DESTRUCTIVE));
    private static final ToolPolicy WRITER = new ToolPolicy(TABLE, Scope.FULL);
    private static final ToolPolicy READER = new ToolPolicy(TABLE, Scope.READ_ONLY);

    @Test
    void a_tool_that_nobody_knows_counts_as_writing() {
        assertTrue(READER.allows("get"));
        for (String tool : new String[] {"put", "drop", "other", "", "GET", "get "}) {
            assertFalse(READER.allows(tool), tool);
            assertTrue(WRITER.allows(tool), tool);
        }
    }

    @Test
    void hints_follow_from_the_class_and_all_else_stays_as_it_was_written() {
        String hints = "\"readOnlyHint\":false,\"destructiveHint\":true";
        String answer =
                """
                {"id": 7 ,"result":{"tools" : [ {"name":"get","inputSchema":{"default":1.50, "x":"\\u0041é"},\
                "annotations":{%s,"title":"T","openWorldHint":true,"ours":{"n":1e2000}}} ,\
                {"annotations":{%s,"idempotentHint":false},"name":"\\u0070ut"}, {"name":"drop"},\
                 {"annotations":null,"name":"other" ,"a": 1}],"nextCursor":"c"},"jsonrpc":"2.0"}\
                """
                        .formatted(hints, hints);
        assertEquals(
                """
                {"id": 7 ,"result":{"tools" : [{"name":"get","inputSchema":{"default":1.50, "x":"\\u0041é"},\
                "annotations":{"readOnlyHint":true,"destructiveHint":false,"title":"T","openWorldHint":true,\
                "ours":{"n":1E+2000},"idempotentHint":true}},\
                {"annotations":{"readOnlyHint":false,"destructiveHint":false,"idempotentHint":false},"name":"\\u0070ut"},\
                {"name":"drop","annotations":{"readOnlyHint":false,"destructiveHint":true}},\
                {"annotations":null,"name":"other" ,"a": 1}],"nextCursor":"c"},"jsonrpc":"2.0"}\
                """,
                edited(WRITER, answer).orElseThrow());
    }

    @Test
    void a_read_only_grant_sees_what_only_reads_and_the_next_page() {
        assertEquals(
                "{\"result\":{\"nextCursor\":\"c\",\"tools\":[{\"name\":\"get\",\"annotations\":"
                    + "{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":true}}]}}",
                edited(
                                READER,
                                "{\"result\":{\"nextCursor\":\"c\",\"tools\":[{\"name\":\"put\"},"
                                    + "{\"name\":\"get\"},{\"name\":\"other\"},{},{\"name\":\"drop\"}]}}")
                        .orElseThrow());
        assertEquals(
                "{\"result\":{\"tools\":[]}}",
                edited(READER, "{\"result\":{\"tools\":[ {\"name\":\"put\"} ]}}").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"result\":{}}",
                "{\"result\":[]}",
                "{\"result\":{\"tools\":{}}}",
                "{\"result\":{\"tools\":[1]}}",
                "{\"result\":{\"tools\":[{\"name\":\"put\",\"name\":\"get\"}]}}",
                "{\"result\":{\"tools\":[{\"name\":\"get\",\"annotations\":[]}]}}",
                "{\"result\":{\"tools\":[]},\"result\":{\"tools\":[{\"name\":\"put\"}]}}",
                "{\"result\":{\"tools\":["
            })
    void a_list_of_another_shape_is_shown_only_to_those_who_may_call_everything(String answer) {
        assertEquals(Optional.empty(), edited(READER, answer));
        assertEquals(Optional.of(answer), edited(WRITER, answer));
    }

    @Test
    void a_schema_with_a_member_twice_hides_no_tool() {
        String schema = "\"inputSchema\":{\"a\":1,\"a\":2}";
        String answer = "{\"result\":{\"tools\":[{\"name\":\"get\",%s},{\"name\":\"put\"}]}}";
        String shown = edited(READER, answer.formatted(schema)).orElseThrow();
        assertTrue(shown.contains(schema), shown);
        assertFalse(shown.contains("\"put\""), shown);
    }

    @Test
    void a_list_without_a_table_is_not_even_read() {
        byte[] answer = "{\"result\":{\"tools\":[{\"name\":\"get\"}]}}".getBytes(UTF_8);
        var policy = new ToolPolicy(ToolTable.EMPTY, Scope.FULL);
        assertSame(answer, policy.edited(answer).orElseThrow());
    }

    @Test
    void a_list_over_the_limit_is_not_read() {
        String filler = "x".repeat((int) ListedTools.MAX_ANSWER.bytes());
        String answer = "{\"result\":{\"tools\":[],\"x\":\"" + filler + "\"}}";
        assertEquals(Optional.empty(), edited(READER, answer));
        assertEquals(Optional.of(answer), edited(WRITER, answer));
    }

    @Test
    void the_shipped_table_of_forgejo_mcp_has_141_and_15_tools() {
        ToolTable table = ShippedTables.named(ShippedTables.FORGEJO_MCP);
        assertEquals(75, table.names(ToolClass.READ).size());
        assertEquals(57, table.names(ToolClass.WRITE).size());
        assertEquals(24, table.names(ToolClass.DESTRUCTIVE).size());
        assertEquals(Optional.of(ToolClass.DESTRUCTIVE), table.classOf("delete_org"));
        for (String name : table.names(ToolClass.READ)) {
            assertTrue(name.matches("(get|list|search|check|download)_.*"), name);
        }
    }

    private static Optional<String> edited(ToolPolicy policy, String answer) {
        return policy.edited(answer.getBytes(UTF_8)).map(bytes -> new String(bytes, UTF_8));
    }
}
