package postern.forge.relay;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

/** Stands in until the port is known, which the real handler checks the Host field against. */
final class LateHandler implements HttpHandler {
    private volatile HttpHandler handler = exchange -> exchange.setStatusCode(503).endExchange();

    void become(HttpHandler real) {
        handler = real;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        handler.handleRequest(exchange);
    }
}
