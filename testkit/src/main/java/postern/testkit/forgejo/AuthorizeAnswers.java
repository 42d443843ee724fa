package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Map;
import java.util.TreeMap;

/** The redirects that end an authorize request, with a code or with an error. */
final class AuthorizeAnswers {
    private final Book book;

    AuthorizeAnswers(Book book) {
        this.book = book;
    }

    void succeed(Exchange exchange, IssuedCode code, Map<String, String> request) {
        var answer = new TreeMap<String, String>();
        answer.put("code", book.addCode(code));
        String state = request.getOrDefault("state", "");
        if (!state.isEmpty()) {
            answer.put("state", state);
        }
        exchange.redirect(withQuery(code.redirectUri(), answer));
    }

    static void refuse(
            Exchange exchange,
            String redirectUri,
            Map<String, String> request,
            String error,
            String description) {
        var answer = new TreeMap<String, String>();
        answer.put("error", error);
        answer.put("error_description", description);
        answer.put("state", request.getOrDefault("state", ""));
        exchange.redirect(withQuery(redirectUri, answer));
    }

    /** Keeps what the redirect URI has; the keys end up sorted, as Go's url.Values sorts them. */
    private static String withQuery(String redirectUri, Map<String, String> added) {
        URI uri = URI.create(redirectUri);
        var all = new TreeMap<String, String>(added);
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&", -1)) {
                String[] parts = pair.split("=", 2);
                String value = parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "";
                all.putIfAbsent(URLDecoder.decode(parts[0], UTF_8), value);
            }
        }
        var query = new StringBuilder();
        all.forEach((name, value) ->
                query.append(query.isEmpty() ? '?' : '&')
                        .append(URLEncoder.encode(name, UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, UTF_8)));
        int question = redirectUri.indexOf('?');
        return (question < 0 ? redirectUri : redirectUri.substring(0, question)) + query;
    }
}
