package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** The operator's file: what is in it, and one line for what is wrong with it. */
class ClientsFileTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String MCP = "https://mcp.example/mcp";
    private static final String GOOD =
            "{'clients':[{'client_id':'cli','client_name':'CLI',"
                    + "'redirect_uris':['http://127.0.0.1/cb']}],"
                    + "'resource_servers':[{'id':'rs','secret':'"
                    + SECRET
                    + "','resource':'"
                    + MCP
                    + "'}]}";

    @TempDir Path folder;

    private ClientsFile read(String json) throws Exception {
        Path file = folder.resolve("clients.json");
        Files.writeString(file, json.replace('\'', '"'));
        return ClientsFile.read(file, Set.of(MCP));
    }

    @Test
    void secrets_may_stand_in_files_beside_it() throws Exception {
        Files.writeString(folder.resolve("rs.secret"), SECRET + "\n");
        ClientsFile file = read(GOOD.replace("'secret':'" + SECRET, "'secret_file':'rs.secret"));
        ResourceServer server = file.resourceServers().getFirst();
        assertEquals(SECRET, server.secret().useText(text -> text));
        assertTrue(read("{}").resourceServers().isEmpty());
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            textBlock =
                    """
                    }]} | }]}} | is not one JSON object without repeated members
                    'clients' | 'client' | the file: there is a member that is none of clients, resource_servers
                    [{'client_id' | ['x',{'client_id' | clients[0]: must be an object
                    'cli' | '' | clients[0]: client_id must be 1 to 512 visible ASCII characters
                    'cli' | 'rs' | resource_servers[0] (rs): id is there twice
                    'cli' | 'https://a.example' | clients[0] (https://a.example): client_id begins with https://, so it must be the URL of a client's document, and such a client has no secret
                    'client_name':'CLI', | | clients[0] (cli): client_name is missing
                    'client_name' | 'name' | clients[0] (cli): there is a member that is none of client_id, client_name, client_secret, client_secret_file, grant_types, redirect_uris, token_endpoint_auth_method
                    ['http://127.0.0.1/cb'] | [] | clients[0] (cli): redirect_uris is missing
                    http://127.0.0.1/cb | http://a.example/cb | clients[0] (cli): a redirect URI must be https, or http on a loopback address
                    http://127.0.0.1/cb | cursor://a.b/cb | clients[0] (cli): redirect_uris must be https, or http on a loopback address; private schemes are not supported
                    'client_name' | 'client_secret':'short','client_name' | clients[0] (cli): client_secret must be 32 to 512 visible ASCII characters
                    'client_name' | 'client_secret':1,'client_name' | clients[0] (cli): client_secret must be a string
                    'client_name' | 'client_secret_file':'none','client_name' | clients[0] (cli): client_secret_file names a file that cannot be read
                    'client_name' | 'token_endpoint_auth_method':'client_secret_post','client_name' | clients[0] (cli): client_secret_file or client_secret is missing
                    'client_name' | 'client_secret':'0123456789abcdef0123456789abcdef','client_name' | clients[0] (cli): token_endpoint_auth_method must be client_secret_basic, client_secret_post or none
                    'secret':'0123456789abcdef0123456789abcdef', | | resource_servers[0] (rs): secret_file or secret is missing
                    /mcp' | /other' | resource_servers[0] (rs): resource must be an endpoint of this server: https://mcp.example/mcp
                    """)
    void fault(String good, String bad, String line) throws Exception {
        read(GOOD);
        String changed = GOOD.replace(good, bad == null ? "" : bad.strip());
        InvalidClientsFile refused = assertThrows(InvalidClientsFile.class, () -> read(changed));
        assertEquals(line, refused.getMessage());
    }
}
