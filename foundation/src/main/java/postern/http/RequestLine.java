package postern.http;

import io.undertow.server.HttpServerExchange;

/** What a request line must be before anything else is looked at. Source: RFC 9112 §3. */
final class RequestLine {
    private static final int MAX_TARGET = 8 * 1024;

    private RequestLine() {}

    /**
     * @throws HttpError 400 for a target that is not a path, 414 over 8 KiB, 501 for a method that
     *     nobody has defined
     */
    static void check(HttpServerExchange exchange) {
        if (!Methods.KNOWN.contains(exchange.getRequestMethod().toString())) {
            throw new HttpError(501, "this method is not known", "unknown method");
        }
        if (exchange.isHostIncludedInRequestURI() || !exchange.getRequestURI().startsWith("/")) {
            throw new BadRequest("the request target must be a path", "target form");
        }
        int length = exchange.getRequestURI().length() + exchange.getQueryString().length();
        if (length > MAX_TARGET) throw new HttpError(414, "the address is too long", "target");
    }
}
