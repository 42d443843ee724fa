package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer that nobody has seen yet: a fault may still change, shorten or drop it. */
final class Reply {
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private int status;
    private byte[] body = new byte[0];

    Reply() {
        setHeader("Cache-Control", "max-age=0, private, must-revalidate, no-transform");
        setHeader("X-Frame-Options", "SAMEORIGIN");
    }

    void setHeader(String name, String value) {
        headers.put(name, new ArrayList<>(List.of(value)));
    }

    void addHeader(String name, String value) {
        headers.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
    }

    void set(int code, String contentType, byte[] content) {
        status = code;
        body = content;
        headers.remove("Content-Type");
        if (!contentType.isEmpty()) {
            setHeader("Content-Type", contentType);
        }
    }

    /** Keeps headers and status, so that only the length tells that something is missing. */
    void dropSecondHalf() {
        body = Arrays.copyOf(body, body.length / 2);
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body;
    }

    /** Status line and headers; {@code Content-Length} promises the whole body. */
    byte[] head() {
        var head = new StringBuilder("HTTP/1.1 ").append(status).append(' ').append(reason());
        headers.forEach((name, values) ->
                values.forEach(
                        value -> head.append("\r\n").append(name).append(": ").append(value)));
        if (status != 204 && status != 304) {
            head.append("\r\nContent-Length: ").append(body.length);
        }
        return head.append("\r\n\r\n").toString().getBytes(UTF_8);
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 204 -> "No Content";
            case 303 -> "See Other";
            case 307 -> "Temporary Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 422 -> "Unprocessable Entity";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Status " + status;
        };
    }
}
