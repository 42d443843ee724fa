package postern.forge.relay;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;

import java.util.Set;

/** What is checked of a request before anything of it reaches the forge, in this order. */
final class AdmissionRules {
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final DummyTokens tokens;
    private final Set<Standing> allowed;
    private final Set<String> hosts;

    /**
     * @param hosts values of the Host field that mean us
     */
    AdmissionRules(DummyTokens tokens, Set<Standing> allowed, Set<String> hosts) {
        this.tokens = tokens;
        this.allowed = allowed;
        this.hosts = hosts;
    }

    /**
     * Browsers that were lured here by a foreign name, and requests for another server, end here;
     * then whoever has no dummy token.
     */
    DummyTokens.Admitted session(HttpServerExchange exchange) throws RelayRefusal {
        HeaderValues host = exchange.getRequestHeaders().get(Headers.HOST);
        if (exchange.isHostIncludedInRequestURI()
                || host == null
                || host.size() != 1
                || !hosts.contains(host.getFirst())) {
            throw new RelayRefusal(400, "this is not the address of the relay");
        }
        HeaderValues authorization = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
        if (authorization == null || authorization.size() != 1) throw RelayRefusal.tokenRequired();
        return tokens.find(authorization.getFirst()).orElseThrow(RelayRefusal::tokenRequired);
    }

    static String recordedMethod(String method) {
        return READING.contains(method) || WRITING.contains(method) ? method : "OTHER";
    }

    void check(HttpServerExchange exchange, RelayAccess access, RelayPath path)
            throws RelayRefusal {
        RelayPath.checkQuery(exchange.getQueryString());
        FormBodies.check(exchange.getRequestHeaders());
        String method = exchange.getRequestMethod().toString();
        boolean writes = WRITING.contains(method);
        if (!writes && !READING.contains(method)) {
            throw new RelayRefusal(405, "this method is not served here");
        }
        if (writes && access.isReadOnly()) throw RelayRefusal.readOnly();
        switch (path.kind()) {
            case API -> LastingEffects.check(method, path, allowed);
            case DOWNLOAD -> {
                if (writes) throw new RelayRefusal(405, "a download can only be read");
            }
            case ELSEWHERE -> throw RelayRefusal.elsewhere();
        }
    }
}
