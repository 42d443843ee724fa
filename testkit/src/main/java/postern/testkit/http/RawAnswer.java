package postern.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;

/** An HTTP answer with status, headers and body exactly as received. */
public final class RawAnswer {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI uri;
    private final int status;
    private final HttpHeaders headers;
    private final byte[] bytes;

    private RawAnswer(URI uri, int status, HttpHeaders headers, byte[] bytes) {
        this.uri = uri;
        this.status = status;
        this.headers = headers;
        this.bytes = bytes;
    }

    public static RawAnswer of(HttpResponse<byte[]> response) {
        return new RawAnswer(
                response.uri(), response.statusCode(), response.headers(), response.body());
    }

    public URI uri() {
        return uri;
    }

    public int status() {
        return status;
    }

    public HttpHeaders headers() {
        return headers;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The body as UTF-8. */
    public String body() {
        return new String(bytes, UTF_8);
    }

    /** The first value of a header, or an empty text. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The absolute target of a redirect. */
    public Optional<URI> location() {
        return headers.firstValue("Location").map(uri::resolve);
    }

    /**
     * The body as JSON.
     *
     * @throws IllegalStateException it is not JSON; the text names status and beginning of the body
     */
    public JsonNode json() {
        try {
            return MAPPER.readTree(bytes);
        } catch (IOException notJson) {
            throw new IllegalStateException("not JSON: " + this, notJson);
        }
    }

    /** Status, address and the beginning of the body, for failure messages of tests. */
    @Override
    public String toString() {
        String text = body();
        String beginning = text.length() > 300 ? text.substring(0, 300) + "…" : text;
        return "HTTP " + status + " from " + uri + ": " + beginning;
    }
}
