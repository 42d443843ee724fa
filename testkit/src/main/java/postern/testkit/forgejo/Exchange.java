package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import postern.testkit.forgejo.LoggedRequest.AuthorizationKind;
import postern.testkit.wire.WireRequest;

import java.io.IOException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One request with its answer, kept back until the front door decides how to send it. */
final class Exchange {
    private final WireRequest request;
    private final Map<String, String> query;
    final Reply reply = new Reply();
    String login = "";

    Exchange(WireRequest request) {
        this.request = request;
        this.query = parameters(request.query());
    }

    String method() {
        return request.method();
    }

    /** Still percent-encoded. */
    String path() {
        return request.path();
    }

    String pathAndQuery() {
        return request.target();
    }

    Map<String, String> query() {
        return query;
    }

    byte[] body() {
        return request.body();
    }

    Optional<String> header(String name) {
        return request.header(name);
    }

    /** Fields of a form or of a flat JSON object; the query for neither. */
    Map<String, String> fields() {
        String type = header("Content-Type").orElse("");
        if (type.startsWith("application/json")) {
            return jsonFields();
        }
        var all = new LinkedHashMap<>(query);
        all.putAll(parameters(new String(body(), UTF_8)));
        return all;
    }

    private Map<String, String> jsonFields() {
        var fields = new LinkedHashMap<String, String>();
        try {
            for (Map.Entry<String, JsonNode> field : Json.parse(body()).properties()) {
                fields.put(field.getKey(), field.getValue().asText());
            }
        } catch (IOException notJson) {
            fields.clear();
        }
        return fields;
    }

    Optional<String> cookie(String name) {
        for (String line : request.all("Cookie")) {
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
                .toLowerCase(Locale.ROOT);
    }

    void setHeader(String name, String value) {
        reply.setHeader(name, value);
    }

    void setCookie(String name, String value, String attributes) {
        reply.addHeader(
                "Set-Cookie",
                name + "=" + value + "; Path=/" + attributes + "; HttpOnly; SameSite=Lax");
    }

    void html(int code, String page) {
        answer(code, "text/html; charset=utf-8", page);
    }

    /** A text as Go's standard library sends it. */
    void text(int code, String text) {
        text(code, "text/plain; charset=utf-8", text);
    }

    /** A text as the forge's own framework sends it: without the blank before charset. */
    void plain(int code, String text) {
        text(code, "text/plain;charset=utf-8", text);
    }

    private void text(int code, String contentType, String text) {
        setHeader("X-Content-Type-Options", "nosniff");
        answer(code, contentType, text);
    }

    void json(int code, JsonNode node) {
        answer(code, "application/json;charset=utf-8", node + "\n");
    }

    void redirect(String location) {
        setHeader("Location", location);
        answer(303, "text/html; charset=utf-8", "<a href=\"#\">See Other</a>.\n\n");
    }

    void answer(int code, String contentType, String content) {
        reply.set(code, contentType, content.getBytes(UTF_8));
    }

    int status() {
        return reply.status();
    }

    private static Map<String, String> parameters(String encoded) {
        var parameters = new LinkedHashMap<String, String>();
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
