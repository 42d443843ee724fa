package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;
import postern.http.HttpError;
import postern.http.StrictJson;
import postern.oauth.OAuthError;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a client may register keeps our rules, and registering the echo gives the same client. */
public final class ClientMetadataFuzz {
    private static final DataSize MAX = DataSize.ofKibibytes(16);
    private static final Set<OAuthError.Code> REFUSALS =
            Set.of(OAuthError.Code.INVALID_CLIENT_METADATA, OAuthError.Code.INVALID_REDIRECT_URI);

    private ClientMetadataFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        ObjectNode json;
        try {
            json = StrictJson.parseObject(input, MAX);
        } catch (HttpError malformedOrTooLarge) {
            return;
        }
        ClientMetadata client;
        try {
            client = ClientMetadata.of(json);
        } catch (OAuthError refused) {
            assertTrue(REFUSALS.contains(refused.code()));
            // RFC 6749 section 5.2: what may stand in error_description
            assertTrue(refused.hint().matches("[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]+"));
            return;
        }
        List<String> uris = client.redirectUris();
        assertTrue(!uris.isEmpty() && uris.size() <= 16);
        for (String uri : uris) assertEquals(Optional.empty(), RedirectUris.refusal(uri));
        assertEquals(uris.size(), Set.copyOf(uris).size());
        assertTrue(client.name().codePointCount(0, client.name().length()) <= 100);
        assertTrue(client.name().codePoints().noneMatch(c -> c < 0x20 || c == 0x202e));
        assertTrue(client.grantTypes().contains("authorization_code"));
        assertTrue(Set.of("authorization_code", "refresh_token").containsAll(client.grantTypes()));
        client.clientUri().ifPresent(uri -> assertEquals("https", URI.create(uri).getScheme()));
        ObjectNode echo = client.echo();
        byte[] written = echo.toString().getBytes(UTF_8);
        ObjectNode read = StrictJson.parseObject(written, DataSize.ofKibibytes(256));
        assertEquals(client, ClientMetadata.of(read));
    }
}
