package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.testkit.http.RawAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;
import postern.testkit.program.PosternProcess;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The packaged program and a client that names itself by a URL on somebody's web server. */
class ClientDocumentE2E {
    private static final String REDIRECT = "http://127.0.0.1:7007/callback";

    @TempDir Path folder;

    private PosternProcess start(Map<String, String> environment, DocumentHost host, int port)
            throws Exception {
        var all = new HashMap<>(environment);
        all.put("POSTERN_LISTEN", "127.0.0.1:" + port);
        all.put("POSTERN_JAVA_OPTIONS", host.javaOptions());
        return PosternProcess.start(
                PosternProcess.Settings.standard()
                        .withArguments("serve")
                        .withFolder(folder)
                        .withEnvironment(all));
    }

    @Test
    void signs_in_and_stays_signed_in_when_its_host_is_gone() throws Exception {
        Map<String, String> allowed = Map.of("POSTERN_ALLOW_PRIVATE_CLIENT_DOCUMENTS", "true");
        int port = Ports.free();
        try (DocumentHost host = DocumentHost.start(folder, REDIRECT)) {
            var client = new RegisteredClient(host.clientId(), "", REDIRECT);
            BuiltinPerson person;
            try (PosternProcess server = start(allowed, host, port)) {
                assertTrue(server.stderr().contains("app.private-documents-allowed"));
                URI endpoint = server.url().resolve("/mcp");
                person = BuiltinPerson.connect(endpoint, BuiltinPerson.printedCode(server), client);
                try (McpClient session = McpClient.of(endpoint, person.tokens().accessToken())) {
                    assertEquals(200, session.initialize("2025-11-25").status());
                }
                server.terminate();
                assertTrue(server.awaitExit(Duration.ofSeconds(10)).isPresent());
            }
            assertEquals(1, host.requests());
            host.close();
            try (PosternProcess server = start(allowed, host, port);
                    OAuthClient oauth = OAuthClient.create()) {
                RawAnswer refreshed =
                        oauth.refresh(
                                person.discovery(),
                                client,
                                person.tokens().refreshToken(),
                                Map.of());
                assertEquals(200, refreshed.status(), () -> refreshed + server.stderr());
            }
        }
    }

    @Test
    void a_host_on_a_private_address_is_not_asked() throws Exception {
        try (DocumentHost host = DocumentHost.start(folder, REDIRECT);
                PosternProcess server = start(Map.of(), host, Ports.free());
                OAuthClient oauth = OAuthClient.create()) {
            URI authorize =
                    oauth.authorizeUrl(
                            oauth.discover(server.url().resolve("/mcp")),
                            new RegisteredClient(host.clientId(), "", REDIRECT),
                            Pkce.create(),
                            "s",
                            Map.of());
            RawAnswer page = oauth.get(authorize);
            assertEquals(400, page.status());
            assertTrue(page.body().contains("could not be used"), page::toString);
            assertEquals(0, host.requests());
            assertTrue(server.stderr().contains("the name has no public address"));
        }
    }
}
