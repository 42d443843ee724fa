package postern.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;

import java.io.IOException;

/** What the fixture server says of itself: its process and whom it works for. */
record Whoami(ProcessHandle process, String login) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Whoami ask(McpClient session) throws IOException {
        return of(session.callTool("whoami", "{}"));
    }

    static Whoami of(McpAnswer answer) throws IOException {
        JsonNode told = MAPPER.readTree(answer.toolText());
        long pid = told.path("pid").asLong();
        return new Whoami(
                ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid)),
                told.path("identity").path(ServersFile.IDENTITY).asText());
    }
}
