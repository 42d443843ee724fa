package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import postern.testkit.http.RawAnswer;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Tokens;

import java.io.IOException;
import java.util.Map;

/**
 * An MCP client that stays: it refreshes its token, keeps its session, and opens another one when
 * the server has forgotten it. Only a new sign-in it cannot make.
 */
final class Host implements AutoCloseable {
    private final SignedIn signedIn;
    private final OAuthClient oauth = OAuthClient.create();
    private Tokens tokens;
    private McpClient session;
    private boolean forgotten;

    Host(SignedIn signedIn) throws IOException {
        this.signedIn = signedIn;
        this.tokens = signedIn.tokens();
        this.session = opened();
    }

    private McpClient opened() throws IOException {
        McpClient opened = McpClient.of(signedIn.endpoint(), tokens.accessToken());
        McpAnswer answer = opened.initialize(SignedIn.VERSION);
        assertEquals(200, answer.status(), answer::toString);
        return opened;
    }

    SignedIn signedIn() {
        return signedIn;
    }

    RawAnswer tryToRefresh() throws IOException {
        return oauth.refresh(
                signedIn.discovery(), signedIn.client(), tokens.refreshToken(), Map.of());
    }

    void refresh() throws IOException {
        tokens = Tokens.of(tryToRefresh());
        session.useBearer(tokens.accessToken());
    }

    /** What the forge says to the child's question who its person is; "no session" without one. */
    String ask() throws IOException {
        if (forgotten) {
            session.close();
            session = McpClient.of(signedIn.endpoint(), tokens.accessToken());
            McpAnswer again = session.initialize(SignedIn.VERSION);
            if (again.status() != 200) return "no session: " + again;
            forgotten = false;
        }
        McpAnswer answer = session.callTool("forgejo-user", "{}");
        if (answer.status() == 404) {
            forgotten = true;
            return ask();
        }
        boolean told = answer.message().filter(message -> message.has("result")).isPresent();
        return told ? answer.toolText() : "no session: " + answer;
    }

    /** Right person, and the forge says so. */
    void assertWorks() throws IOException {
        String told = ask();
        String login = "\"login\":\"" + signedIn.login() + "\"";
        assertTrue(told.startsWith("200 ") && told.contains(login), told);
    }

    @Override
    public void close() {
        session.close();
        oauth.close();
    }
}
