package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.core.Secret;
import postern.fetch.FetchFailed;
import postern.oauth.client.ClientConfig;
import postern.oauth.client.ClientsFile;
import postern.oauth.client.DocumentPolicy;
import postern.oauth.client.RegistrationPolicy;
import postern.testkit.http.RawAnswer;

/** Rules B20 and A8: who may register. */
class RegistrationPolicyTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String BODY = "{\"redirect_uris\":[\"https://client.example/cb\"]}";

    private static TestAuthorizationServer server(RegistrationPolicy policy) {
        return TestAuthorizationServer.start(
                Setup.standard()
                        .clients(config ->
                                new ClientConfig(
                                        DocumentPolicy.OFF,
                                        url -> {
                                            throw new FetchFailed("off");
                                        },
                                        policy,
                                        ClientsFile.none())));
    }

    private static RawAnswer register(TestAuthorizationServer server, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        return server.wire.send("POST", "/oauth/register", BODY, all);
    }

    @Test
    @DisplayName("B20: a missing or wrong token is 401 with a Bearer challenge")
    void token() {
        try (var server = server(new RegistrationPolicy.WithToken(Secret.ofUtf8(TOKEN)))) {
            RawAnswer missing = register(server);
            assertEquals(401, missing.status());
            assertEquals("Bearer realm=\"postern\"", missing.header("WWW-Authenticate"));
            assertEquals("*", missing.header("Access-Control-Allow-Origin"));
            for (String wrong : new String[] {TOKEN + "x", TOKEN.toUpperCase(), "x"}) {
                RawAnswer refused = register(server, "Authorization", "Bearer " + wrong);
                assertEquals(401, refused.status());
                assertEquals("invalid_token", refused.json().path("error").asText());
                assertTrue(refused.header("WWW-Authenticate").endsWith("error=\"invalid_token\""));
            }
            RawAnswer basic = register(server, "Authorization", "Basic " + TOKEN);
            assertEquals(401, basic.status());
            RawAnswer right = register(server, "Authorization", "Bearer " + TOKEN);
            assertEquals(201, right.status(), right::toString);
            assertTrue(metadata(server).has("registration_endpoint"));
        }
    }

    @Test
    @DisplayName("A8: what is off is neither advertised nor there")
    void off() {
        try (var server = server(new RegistrationPolicy.Off())) {
            assertEquals(404, register(server).status());
            assertEquals(404, server.wire.json("/register", BODY).status());
            assertFalse(metadata(server).has("registration_endpoint"));
            assertFalse(metadata(server).has("client_id_metadata_document_supported"));
        }
    }

    private static com.fasterxml.jackson.databind.JsonNode metadata(TestAuthorizationServer s) {
        return s.wire.get("/.well-known/oauth-authorization-server").json();
    }

    @Test
    void a_short_token_cannot_be_set() {
        Secret shortToken = Secret.ofUtf8("short");
        assertThrows(
                IllegalArgumentException.class, () -> new RegistrationPolicy.WithToken(shortToken));
    }
}
