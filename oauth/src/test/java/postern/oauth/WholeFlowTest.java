package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.oauth.TestClient.Kind;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Parameters;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class WholeFlowTest {
    private static TestAuthorizationServer server;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("A1 B1 E1 G1 G2 H9 J1 K1: from discovery to revocation")
    void from_discovery_to_revocation() {
        JsonNode metadata = server.wire.get("/.well-known/oauth-authorization-server").json();
        assertEquals(server.issuer().toString(), metadata.path("issuer").asText());
        var walk = new Walk(server.client(Kind.PUBLIC, TestClient.LOOPBACK));

        Page consent = walk.consentPage("state", "a b+c%&\"é😀");
        assertPage(consent);
        Page toSignIn = walk.allow(consent);
        assertEquals(303, toSignIn.status());
        Page toCallback = walk.signIn(toSignIn, "ada");
        assertEquals(303, toCallback.status());
        Page toClient = walk.follow(toCallback);
        assertEquals(303, toClient.status(), toClient::toString);
        assertEquals("no-store", toClient.header("Cache-Control"));

        URI location = toClient.location();
        assertTrue(location.toString().startsWith(TestClient.LOOPBACK + "?"), location::toString);
        assertEquals(Set.of("code", "state", "iss"), Parameters.ofQuery(location).keySet());
        assertEquals("a b+c%&\"é😀", Parameters.ofQuery(location).get("state"));
        assertEquals(server.issuer().toString(), Parameters.ofQuery(location).get("iss"));

        String code = Parameters.ofQuery(location).get("code");
        RawAnswer first = walk.client.redeem(code, walk.pkce, "resource", server.resource());
        assertTokens(first);
        Walk.Issued issued = walk.issued(first);
        assertTrue(server.accepts(issued.accessToken()));

        RawAnswer second = issued.refresh();
        assertTokens(second);
        Walk.Issued rotated = walk.issued(second);
        assertNotEquals(issued.refreshToken(), rotated.refreshToken());
        assertTrue(server.accepts(rotated.accessToken()));

        RawAnswer revoked = walk.client.revoke(rotated.refreshToken());
        assertEquals(200, revoked.status());
        assertEquals("", revoked.body());
        assertFalse(server.accepts(issued.accessToken()));
        assertFalse(server.accepts(rotated.accessToken()));
        assertEquals("invalid_grant", rotated.refresh().json().path("error").asText());
    }

    private static void assertPage(Page page) {
        assertEquals("no-store", page.header("Cache-Control"));
        assertEquals("no-referrer", page.header("Referrer-Policy"));
        assertEquals("DENY", page.header("X-Frame-Options"));
        assertEquals("nosniff", page.header("X-Content-Type-Options"));
        String policy = page.header("Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'none'; "), policy);
        assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    }

    private static void assertTokens(RawAnswer answer) {
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("no-store", answer.header("Cache-Control"));
        assertEquals("no-cache", answer.header("Pragma"));
        assertEquals("*", answer.header("Access-Control-Allow-Origin"));
        JsonNode json = answer.json();
        var names = new TreeSet<String>();
        json.fieldNames().forEachRemaining(names::add);
        assertEquals(
                Set.of("access_token", "token_type", "expires_in", "refresh_token", "scope"),
                names);
        assertEquals("Bearer", json.path("token_type").asText());
        assertTrue(json.path("expires_in").isIntegralNumber());
        assertEquals(3600, json.path("expires_in").asInt());
        assertEquals("mcp:read mcp:write", json.path("scope").textValue());
    }

    @Test
    @DisplayName("the paths that clients of 2025-03-26 guess lead to the same handlers")
    void guessed_paths_lead_to_the_same_handlers() {
        for (String path : List.of("/token", "/revoke", "/register")) {
            RawAnswer answer = server.wire.formBody(path, "x=y");
            assertEquals(400, answer.status(), answer::toString);
            assertEquals("application/json", answer.header("Content-Type"));
        }
        assertEquals(400, server.wire.get("/authorize").status());
    }
}
