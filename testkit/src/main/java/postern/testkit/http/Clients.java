package postern.testkit.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Makes plain HTTP/1.1 clients and sends with them. */
public final class Clients {
    /** Long enough for a loaded machine, short enough that a hanging test says where. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private Clients() {}

    /** A client that follows no redirects and keeps no cookies. */
    public static HttpClient create() {
        return builder().build();
    }

    public static HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10));
    }

    /** Sends and reads the whole answer. */
    public static RawAnswer send(HttpClient client, HttpRequest request) throws IOException {
        return RawAnswer.of(send(client, request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    /** Sends; an interrupt ends the wait as an {@link InterruptedIOException}. */
    public static <T> HttpResponse<T> send(
            HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        try {
            return client.send(request, handler);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(stopped);
        }
    }
}
