package postern.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.GrantId;
import postern.access.Person;
import postern.access.Principal;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.bridge.tools.ShippedTables;
import postern.bridge.tools.ToolClass;
import postern.bridge.tools.ToolTable;
import postern.core.DataSize;
import postern.core.Secret;
import postern.supervisor.ChildLimits;
import postern.supervisor.LaunchSpec;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ServerDefinitionsTest {
    private static final String FORGEJO =
            """
            {"mcpServers": {"forgejo": {"command": "forgejo-mcp", "args": ["--transport", "stdio"],
               "env": {"FORGEJO_URL": "${relay.url}", "FORGEJO_ACCESS_TOKEN": "${relay.token}",
                       "WHO": "${user.login} ${user.id}"},
               "alwaysAllow": ["x"],
               "postern": {"trusted": true, "era": "legacy", "revive": false,
                           "limits": {"memory": "256MiB", "processes": 64}}},
              "old": {"disabled": true, "type": "sse", "url": "https://example.org"}}}
            """;

    @Test
    void the_file_of_the_design_is_read(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("mcp-servers.json"), FORGEJO);
        ServerDefinition forgejo = ServerDefinitions.read(file).standard();
        assertEquals("forgejo", forgejo.name());
        assertEquals(3, forgejo.command().size());
        assertTrue(forgejo.isDefault());
        assertTrue(forgejo.trusted());
        assertFalse(forgejo.revive());
        assertEquals(Era.LEGACY, forgejo.era());
        assertEquals(Optional.of(DataSize.ofMebibytes(256)), forgejo.limits().memory());
        assertEquals(Optional.of(64), forgejo.limits().processes());
    }

    @Test
    void templates_are_filled_for_one_person_and_secrets_stay_secret() throws Exception {
        ServerDefinition forgejo = read(FORGEJO).standard();
        LaunchSpec spec = LaunchPlan.of(forgejo, ada(), new Lease(), ChildLimits.standard());
        assertEquals(List.of("forgejo-mcp", "--transport", "stdio"), spec.command());
        assertEquals(Map.of("FORGEJO_URL", "http://relay", "WHO", "ada 42"), spec.environment());
        Secret token = spec.secretEnvironment().get("FORGEJO_ACCESS_TOKEN");
        assertEquals("t0ken", token.useText(text -> text));
    }

    @ParameterizedTest(name = "{0}={1}: secret {2}")
    @CsvSource({
        "API_KEY, hunter2, true",
        "db_password, pass, true",
        "SERVICE_URL, https://user:word@db.example/x, true",
        "HEADER, 'Basic ${user.login}:x', true",
        "LOG_LEVEL, debug, false",
        "DEBUG, 1, false",
        "API_KEY, '', false",
        "KEY_OWNER, ${user.login}, false",
        "RELAY, ${relay.url}, false"
    })
    void what_an_operator_wrote_may_be_a_secret(String name, String value, boolean secret)
            throws Exception {
        ServerDefinition server =
                ServerDefinition.ofTrusted("x", List.of("x"), Map.of(name, value));
        LaunchSpec spec = LaunchPlan.of(server, ada(), new Lease(), ChildLimits.standard());
        assertEquals(secret, spec.secretEnvironment().containsKey(name));
        assertEquals(!secret, spec.environment().containsKey(name));
    }

    private static Principal ada() {
        return new Principal(
                new GrantId("AAAAAAAAAAAAAAAAAAAAAA"),
                new Person(7, "local", "42", "ada"),
                "client",
                Scope.FULL,
                "https://mcp.example.org/mcp");
    }

    private record Lease() implements UpstreamLease {
        @Override
        public Map<String, String> values() {
            return Map.of("relay.url", "http://relay");
        }

        @Override
        public Map<String, Secret> secrets() {
            return Map.of("relay.token", Secret.ofUtf8("t0ken"));
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    []                                                     | the file is not a JSON object
                    {"mcpServers": {}, "mcpServers": {}}                   | the file is not a JSON object
                    {}                                                     | mcpServers must be an object
                    {"mcpServers": {}}                                     | at least one server
                    {"mcpServers": {"a": {"disabled": true}}}              | at least one server
                    {"mcpServers": {"a/b": {"command": "x"}}}              | a name must be
                    {"mcpServers": {"a": 1}}                               | mcpServers.a must be an object
                    {"mcpServers": {"a": {}}}                              | mcpServers.a.command must be
                    {"mcpServers": {"a": {"command": "x", "args": "y"}}}   | mcpServers.a.args must be a list
                    {"mcpServers": {"a": {"command": "x", "args": [1]}}}   | mcpServers.a.args[0] must be a string
                    {"mcpServers": {"a": {"command": "x", "type": "http"}}} | mcpServers.a.type must be stdio
                    {"mcpServers": {"a": {"command": "x", "url": "y"}}}    | mcpServers.a.type must be stdio
                    {"mcpServers": {"a": {"command": "x", "env": {"A": "${env:B}"}}}} | mcpServers.a.env.A uses an unknown template
                    {"mcpServers": {"a": {"command": "x", "env": {"A": "${secret.K}"}}}} | comes in a later version
                    {"mcpServers": {"a": {"command": "x", "env": {"A=B": "c"}}}} | mcpServers.a.env has a name
                    {"mcpServers": {"a": {"command": "x", "args": ["${relay.token}"]}}} | mcpServers.a.args must not hold a secret
                    {"mcpServers": {"a": {"command": "x", "postern": {"defualt": true}}}} | mcpServers.a.postern has an unknown key
                    {"mcpServers": {"a": {"command": "x", "postern": {"era": "old"}}}} | mcpServers.a.postern.era must be
                    {"mcpServers": {"a": {"command": "x", "postern": {"revive": "no"}}}} | mcpServers.a.postern.revive must be true or false
                    {"mcpServers": {"a": {"command": "x", "postern": {"limits": {"cpu": 1}}}}} | mcpServers.a.postern.limits has an unknown key
                    {"mcpServers": {"a": {"command": "x", "postern": {"limits": {"memory": "1"}}}}} | mcpServers.a.postern.limits a size
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": []}}}} | mcpServers.a.postern.tools must be an object
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": {"reads": []}}}}} | mcpServers.a.postern.tools has an unknown key; there are table, read, write, destructive
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": {"table": "gitea"}}}}} | mcpServers.a.postern.tools.table names no table; there are builtin, forgejo-mcp
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": {"table": 1}}}}} | mcpServers.a.postern.tools.table names no table
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": {"read": "x"}}}}} | mcpServers.a.postern.tools.read must be a list
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": {"read": ["a", "b c"]}}}}} | mcpServers.a.postern.tools.read[1] must be 1 to 128
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": {"write": [null]}}}}} | mcpServers.a.postern.tools.write[0] must be 1 to 128
                    {"mcpServers": {"a": {"command": "x", "postern": {"tools": {"read": ["a"], "write": ["a"]}}}}} | mcpServers.a.postern.tools.write[0] is listed twice
                    {"mcpServers": {"a": {"command": "x"}, "b": {"command": "x"}}} | exactly one server
                    """)
    void a_mistake_names_its_place(String json, String problem) {
        var invalid = assertThrows(InvalidDefinitions.class, () -> read(json));
        assertTrue(invalid.getMessage().contains(problem), invalid.getMessage());
    }

    @Test
    void an_operator_s_classes_extend_a_shipped_table_and_overrule_it() throws Exception {
        ToolTable tools =
                read("""
                {"mcpServers": {"a": {"command": "x", "postern": {"tools": {
                  "table": "forgejo-mcp", "read": ["get_weather"], "write": ["get_org"]}}}}}
                """)
                        .standard()
                        .tools();
        assertEquals(Optional.of(ToolClass.READ), tools.classOf("get_weather"));
        assertEquals(Optional.of(ToolClass.WRITE), tools.classOf("get_org"));
        assertEquals(Optional.of(ToolClass.DESTRUCTIVE), tools.classOf("delete_org"));
        assertEquals(Optional.empty(), tools.classOf("unheard_of"));
        String without = "{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}";
        assertEquals(ToolTable.EMPTY, read(without).standard().tools());
    }

    @Test
    void all_mistakes_are_told_at_once() {
        var invalid =
                assertThrows(
                        InvalidDefinitions.class,
                        () ->
                                read(
                                        "{\"mcpServers\": {\"a\": {\"args\": [1], \"postern\":"
                                                + " {\"x\": 1}}, \"b\": {\"command\": \"\"}}}"));
        assertEquals(4, invalid.problems().size(), invalid.getMessage());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    forgejo-mcp                 | {}               | true
                    /opt/forge tools/forgejo-mcp | {}              | true
                    forgejo-mcp                 | {"tools": {}}    | false
                    my-forgejo-mcp              | {}               | false
                    """)
    void a_program_that_is_known_has_its_table_by_itself(
            String program, String ours, boolean expected) throws Exception {
        String file =
                "{\"mcpServers\": {\"a\": {\"command\": \"%s\", \"postern\": %s}}}"
                        .formatted(program, ours);
        assertEquals(
                expected ? ShippedTables.named(ShippedTables.FORGEJO_MCP) : ToolTable.EMPTY,
                read(file).standard().tools());
    }

    private static ServerDefinitions read(String json) throws InvalidDefinitions {
        return ServerDefinitions.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
