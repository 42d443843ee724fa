package postern.oauth.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;
import postern.http.StrictJson;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Copies of well-known documents, by their exact URL. Their hosts answer browsers but often not
 * servers, so fetching them would strand people.
 */
final class ShippedDocuments {
    private static final String RESOURCE = "shipped-client-documents.json";
    private static final DataSize MAX_SIZE = DataSize.ofKibibytes(64);

    private final Map<String, Client> byUrl;

    private ShippedDocuments(Map<String, Client> byUrl) {
        this.byUrl = Map.copyOf(byUrl);
    }

    static ShippedDocuments load() {
        try (InputStream in = ShippedDocuments.class.getResourceAsStream(RESOURCE)) {
            Map<String, Client> byUrl = new HashMap<>();
            ObjectNode file = StrictJson.parseObject(in.readAllBytes(), MAX_SIZE);
            for (JsonNode document : file.path("documents")) {
                String url = document.path("client_id").textValue();
                byUrl.put(
                        url,
                        ClientDocument.parse(
                                url, (ObjectNode) document, ClientKind.SHIPPED_DOCUMENT));
            }
            return new ShippedDocuments(byUrl);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Optional<Client> find(String url) {
        return Optional.ofNullable(byUrl.get(url));
    }

    Map<String, Client> all() {
        return byUrl;
    }
}
