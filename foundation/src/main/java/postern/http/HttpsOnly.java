package postern.http;

import io.undertow.server.HttpServerExchange;

import java.util.Optional;

/**
 * Where the outside reaches us over https, nothing is served that a proxy says came over plain
 * http. Pages are sent to https; a form is refused, because what is secret in it has leaked already
 * and a redirect would hide that. Source: OAuth 2.1 §1.5; oauth-rules P1.
 */
final class HttpsOnly {
    /** A year, as browsers' preload lists ask for. */
    static final String POLICY = "max-age=31536000";

    private HttpsOnly() {}

    /**
     * Where to go instead; empty when the request may go on.
     *
     * @throws HttpError 403 for anything but GET and HEAD
     */
    static Optional<Response> instead(
            HttpServerExchange exchange, Optional<String> origin, boolean cameOverPlainHttp) {
        if (origin.isEmpty() || !cameOverPlainHttp) return Optional.empty();
        String method = exchange.getRequestMethod().toString();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw HttpError.forbidden(
                    "this came over plain http: use https, and take what was sent for leaked",
                    "plain http");
        }
        String query = exchange.getQueryString();
        String target = exchange.getRequestURI() + (query.isEmpty() ? "" : "?" + query);
        return Optional.of(Response.empty(301).with("Location", origin.get() + target));
    }
}
