package postern.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import postern.testkit.http.Clients;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;

/** Sends requests to one server as a program would, without cookies or redirects. */
public final class Wire {
    /** One for all tests: each client has threads of its own. */
    static final HttpClient CLIENT = Clients.create();

    private final URI base;

    Wire(URI base) {
        this.base = base;
    }

    public RawAnswer get(String target, String... headers) {
        return send("GET", target, "", headers);
    }

    /** Posts a form; each name is followed by its value, pairs with a null value are left out. */
    public RawAnswer form(String path, String... pairs) {
        return formBody(path, encode(pairs));
    }

    public RawAnswer formBody(String path, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
        return send("POST", path, body, all.toArray(String[]::new));
    }

    public RawAnswer json(String path, String body) {
        return send("POST", path, body, "Content-Type", "application/json");
    }

    public RawAnswer send(String method, String target, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + target))
                        .timeout(Clients.PATIENCE)
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        try {
            return Clients.send(CLIENT, request.build());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What the server says to these bytes, up to the end of the connection. */
    public String raw(String request) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String authority() {
        return base.getRawAuthority();
    }

    /** Pairs in the form encoding; those with a null value are left out. */
    public static String encode(String... pairs) {
        List<String> encoded = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] == null) continue;
            encoded.add(
                    URLEncoder.encode(pairs[i], UTF_8)
                            + "="
                            + URLEncoder.encode(pairs[i + 1], UTF_8));
        }
        return String.join("&", encoded);
    }
}
