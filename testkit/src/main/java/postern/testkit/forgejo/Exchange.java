package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;

import postern.testkit.forgejo.LoggedRequest.AuthorizationKind;

import java.io.IOException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One request, read completely, and its answer, kept back until the server decides to send it. */
final class Exchange {
    private final HttpExchange http;
    private final byte[] body;
    private final Map<String, String> query;
    private int status;
    private byte[] answer = new byte[0];
    String login = "";

    Exchange(HttpExchange http) throws IOException {
        this.http = http;
        this.body = http.getRequestBody().readAllBytes();
        this.query = parameters(http.getRequestURI().getRawQuery());
        http.getResponseHeaders()
                .set("Cache-Control", "max-age=0, private, must-revalidate, no-transform");
        http.getResponseHeaders().set("X-Frame-Options", "SAMEORIGIN");
    }

    String method() {
        return http.getRequestMethod();
    }

    /** Still percent-encoded. */
    String path() {
        return http.getRequestURI().getRawPath();
    }

    String pathAndQuery() {
        return http.getRequestURI().toString();
    }

    Map<String, String> query() {
        return query;
    }

    byte[] body() {
        return body;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(http.getRequestHeaders().getFirst(name));
    }

    /** Fields of a form or of a flat JSON object; the query for neither. */
    Map<String, String> fields() {
        String type = header("Content-Type").orElse("");
        if (type.startsWith("application/json")) {
            return jsonFields();
        }
        var all = new LinkedHashMap<>(query);
        all.putAll(parameters(new String(body, UTF_8)));
        return all;
    }

    private Map<String, String> jsonFields() {
        var fields = new LinkedHashMap<String, String>();
        try {
            for (Map.Entry<String, JsonNode> field : Json.parse(body).properties()) {
                fields.put(field.getKey(), field.getValue().asText());
            }
        } catch (IOException notJson) {
            fields.clear();
        }
        return fields;
    }

    Optional<String> cookie(String name) {
        for (String line : http.getRequestHeaders().getOrDefault("Cookie", java.util.List.of())) {
            for (String pair : line.split("; *", -1)) {
                if (pair.startsWith(name + "=")) {
                    return Optional.of(pair.substring(name.length() + 1));
                }
            }
        }
        return Optional.empty();
    }

    AuthorizationKind authorizationKind() {
        return header("Authorization")
                .map(value ->
                        switch (scheme(value)) {
                            case "basic" -> AuthorizationKind.BASIC;
                            case "bearer" -> AuthorizationKind.BEARER;
                            case "token" -> AuthorizationKind.TOKEN;
                            default -> AuthorizationKind.OTHER;
                        })
                .orElse(AuthorizationKind.NONE);
    }

    /** The credentials behind the scheme of the Authorization header, or nothing. */
    String credentials() {
        String value = header("Authorization").orElse("");
        int space = value.indexOf(' ');
        return space < 0 ? "" : value.substring(space + 1).strip();
    }

    private static String scheme(String authorization) {
        int space = authorization.indexOf(' ');
        return (space < 0 ? authorization : authorization.substring(0, space))
                .toLowerCase(java.util.Locale.ROOT);
    }

    void setHeader(String name, String value) {
        http.getResponseHeaders().set(name, value);
    }

    void setCookie(String name, String value, String attributes) {
        http.getResponseHeaders()
                .add(
                        "Set-Cookie",
                        name + "=" + value + "; Path=/" + attributes + "; HttpOnly; SameSite=Lax");
    }

    void html(int code, String page) {
        answer(code, "text/html; charset=utf-8", page);
    }

    void text(int code, String text) {
        setHeader("X-Content-Type-Options", "nosniff");
        answer(code, "text/plain; charset=utf-8", text);
    }

    void json(int code, JsonNode node) {
        answer(code, "application/json;charset=utf-8", node + "\n");
    }

    void redirect(String location) {
        setHeader("Location", location);
        answer(303, "text/html; charset=utf-8", "<a href=\"#\">See Other</a>.\n\n");
    }

    void answer(int code, String contentType, String content) {
        status = code;
        answer = content.getBytes(UTF_8);
        if (!contentType.isEmpty()) {
            setHeader("Content-Type", contentType);
        }
    }

    int status() {
        return status;
    }

    void send() throws IOException {
        boolean withBody = answer.length > 0 && !method().equals("HEAD");
        http.sendResponseHeaders(status, withBody ? answer.length : -1);
        if (withBody) {
            http.getResponseBody().write(answer);
        }
        http.close();
    }

    /** Breaks the connection; the caller sees neither status nor body. */
    void lose() {
        status = 0;
        http.close();
    }

    private static Map<String, String> parameters(String encoded) {
        var parameters = new LinkedHashMap<String, String>();
        if (encoded == null) {
            return parameters;
        }
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            if (!name.isEmpty()) {
                parameters.putIfAbsent(decoded(name), decoded(value));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return text;
        }
    }
}
