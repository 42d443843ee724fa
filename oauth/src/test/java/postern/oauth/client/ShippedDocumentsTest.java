package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.Set;

/** The copies that this program carries keep the rules that fetched documents must keep. */
class ShippedDocumentsTest {
    private final ShippedDocuments shipped = ShippedDocuments.load();

    @Test
    void each_copy_keeps_our_rules() {
        assertEquals(5, shipped.all().size());
        shipped.all()
                .forEach((url, client) -> {
                    assertTrue(DocumentUrl.parse(url).isPresent(), url);
                    assertEquals(ClientKind.SHIPPED_DOCUMENT, client.kind());
                    assertEquals(AuthMethod.NONE, client.authMethod());
                    assertEquals(
                            Set.of("authorization_code", "refresh_token"), client.grantTypes());
                    assertTrue(client.nameIsVerified());
                    assertFalse(client.redirectUris().isEmpty());
                    for (String uri : client.redirectUris()) {
                        assertEquals(Optional.empty(), RedirectUris.refusal(uri), uri);
                        boolean ownHost = uri.startsWith("https://") && sameSite(url, uri);
                        assertTrue(ownHost || RedirectUris.isLoopback(uri), uri);
                    }
                });
    }

    /** Claude answers at both of its names. */
    private static boolean sameSite(String url, String uri) {
        String claude = "https://claude.com/";
        return uri.startsWith(url.substring(0, url.indexOf('/', 8) + 1))
                || (url.startsWith("https://claude.ai/") && uri.startsWith(claude));
    }

    @Test
    void claude_code_may_use_any_port_of_both_loopback_names() {
        Client code =
                shipped.find("https://claude.ai/oauth/claude-code-client-metadata").orElseThrow();
        assertTrue(code.staysOnThisComputer());
        assertEquals(Optional.of("claude.ai"), code.host());
        for (String uri :
                new String[] {"http://localhost:53211/callback", "http://127.0.0.1:1/callback"}) {
            assertTrue(RedirectUris.match(code.redirectUris(), uri).isPresent(), uri);
        }
        assertTrue(RedirectUris.match(code.redirectUris(), "http://localhost:1/other").isEmpty());
    }

    @Test
    void only_the_exact_url_counts() {
        for (String url :
                new String[] {
                    "https://claude.ai/oauth/mcp-oauth-client-metadata/",
                    "https://claude.ai/oauth/mcp-oauth-client-metadata?x",
                    "https://claude.ai:443/oauth/mcp-oauth-client-metadata",
                    "https://chatgpt.com/oauth/abc/client.json"
                }) {
            assertEquals(Optional.empty(), shipped.find(url));
        }
    }
}
