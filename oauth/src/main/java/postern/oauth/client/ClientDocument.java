package postern.oauth.client;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;
import postern.http.HttpError;
import postern.http.StrictJson;
import postern.oauth.OAuthError;

import java.util.Optional;

/** From a Client ID Metadata Document to a client (CIMD draft section 4.1). */
final class ClientDocument {
    private static final DataSize MAX_SIZE = DataSize.ofKibibytes(16);

    private ClientDocument() {}

    /**
     * @param url where the document is from
     * @throws OAuthError when the document is not one for {@code url}, or claims what this server
     *     cannot keep
     */
    static Client parse(String url, byte[] body, ClientKind kind) {
        try {
            return parse(url, StrictJson.parseObject(body, MAX_SIZE), kind);
        } catch (HttpError malformed) {
            throw refused("is not one JSON object without repeated members");
        }
    }

    static Client parse(String url, ObjectNode json, ClientKind kind) {
        // by simple string comparison: no other form of the URL is the same client
        if (!json.path("client_id").isTextual()
                || !json.path("client_id").textValue().equals(url)) {
            throw refused("has another client_id than its own URL");
        }
        ClientMetadata metadata = ClientMetadata.ofDocument(json);
        if (metadata.name().isEmpty()) throw refused("has no client_name");
        return new Client(
                kind,
                url,
                metadata.name(),
                metadata.redirectUris(),
                AuthMethod.NONE,
                Optional.empty(),
                metadata.grantTypes());
    }

    private static OAuthError refused(String fault) {
        return new OAuthError(
                OAuthError.Code.INVALID_CLIENT_METADATA,
                "the document " + fault,
                "the document " + fault);
    }
}
