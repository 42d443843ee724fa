package postern.forge.relay;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.store.StoreUnavailable;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Set;

/**
 * One request of a child: checked, sent with the real token, answered. Runs on a worker thread and
 * blocks.
 */
final class RelayHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RelayHandler.class);
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");

    private final RelayConfig config;
    private final DummyTokens tokens;
    private final ForgeCalls forge;
    private final AnswerWriter answers;
    private final Set<String> hosts;

    /**
     * @param hosts values of the Host field that mean us
     */
    RelayHandler(
            RelayConfig config,
            DummyTokens tokens,
            ForgeCalls forge,
            AnswerWriter answers,
            Set<String> hosts) {
        this.config = config;
        this.tokens = tokens;
        this.forge = forge;
        this.answers = answers;
        this.hosts = hosts;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (exchange.isInIoThread()) {
            exchange.dispatch(this);
            return;
        }
        exchange.startBlocking();
        try (var deadline = new Deadline(exchange, config.callTimeout())) {
            serve(exchange, deadline);
        } finally {
            exchange.endExchange();
        }
    }

    private void serve(HttpServerExchange exchange, Deadline deadline) {
        try {
            try {
                relay(exchange, deadline);
            } catch (RelayRefusal refusal) {
                AnswerWriter.refuse(exchange, refusal);
            } catch (RequestTooBigException tooBig) {
                AnswerWriter.refuse(
                        exchange, new RelayRefusal(413, "the request body is too large"));
            } catch (RuntimeException bug) {
                LOG.atError().setCause(bug).log("relay.call.failed");
                if (exchange.isResponseStarted()) throw new IOException(bug);
                AnswerWriter.refuse(exchange, new RelayRefusal(500, "the relay failed"));
            }
        } catch (IOException gone) {
            // cut off: half an answer must not look whole
            IoUtils.safeClose(exchange.getConnection());
        }
    }

    private void relay(HttpServerExchange exchange, Deadline deadline)
            throws IOException, RelayRefusal {
        checkAddress(exchange);
        DummyTokens.Admitted lease = lease(exchange);
        ApiPath path = ApiPath.of(exchange.getRequestURI());
        ApiPath.checkQuery(exchange.getQueryString());
        FormBodies.check(exchange.getRequestHeaders());
        checkAllowed(exchange, lease.access(), path);
        if (!lease.slots().tryAcquire()) {
            throw new RelayRefusal(429, "too many requests at once; wait for some of them");
        }
        try {
            String query =
                    FormBodies.query(exchange.getQueryString(), exchange.getRequestHeaders());
            var call =
                    new ForgeCalls.Call(
                            exchange.getRequestMethod().toString(),
                            query.isEmpty() ? path.raw() : path.raw() + "?" + query,
                            exchange.getRequestHeaders(),
                            body(exchange));
            Answered answered = send(lease.access(), call);
            try (InputStream body = answered.answer.body()) {
                deadline.alsoClose(body);
                answers.write(exchange, path, answered.answer, answered.token);
            }
        } finally {
            lease.slots().release();
        }
    }

    /**
     * Browsers that were lured here by a foreign name, and requests for another server, end here.
     */
    private void checkAddress(HttpServerExchange exchange) throws RelayRefusal {
        HeaderValues host = exchange.getRequestHeaders().get(Headers.HOST);
        if (exchange.isHostIncludedInRequestURI()
                || host == null
                || host.size() != 1
                || !hosts.contains(host.getFirst())) {
            throw new RelayRefusal(400, "this is not the address of the relay");
        }
    }

    private DummyTokens.Admitted lease(HttpServerExchange exchange) throws RelayRefusal {
        HeaderValues authorization = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
        if (authorization == null || authorization.size() != 1) throw tokenRequired();
        return tokens.find(authorization.getFirst()).orElseThrow(RelayHandler::tokenRequired);
    }

    private static RelayRefusal tokenRequired() {
        return new RelayRefusal(401, "token is required");
    }

    private void checkAllowed(HttpServerExchange exchange, RelayAccess access, ApiPath path)
            throws RelayRefusal {
        String method = exchange.getRequestMethod().toString();
        if (!READING.contains(method) && !WRITING.contains(method)) {
            throw new RelayRefusal(405, "this method is not served here");
        }
        if (path.isDenied(config.denied())) {
            throw new RelayRefusal(403, "this part of the API is not available through Postern");
        }
        if (access.isReadOnly() && WRITING.contains(method)) {
            throw new RelayRefusal(
                    403,
                    "this connection is read-only: the person allowed reading and nothing else."
                            + " To change things, the person has to connect again and allow it");
        }
    }

    private static RequestBody body(HttpServerExchange exchange) throws IOException {
        if (exchange.isRequestComplete()) return new RequestBody.None();
        return RequestBody.read(exchange.getInputStream(), exchange.getRequestContentLength());
    }

    private record Answered(HttpResponse<InputStream> answer, RelayToken token) {}

    /** With a fresh token in the end: a 401 leads to one refresh and one more try. */
    private Answered send(RelayAccess access, ForgeCalls.Call call)
            throws IOException, RelayRefusal {
        try {
            RelayToken token = access.token();
            HttpResponse<InputStream> answer = sendOnce(call, token);
            if (answer.statusCode() != 401) return new Answered(answer, token);
            answer.body().close();
            RelayToken other = access.renewed(token);
            if (call.body() instanceof RequestBody.Passing) throw RelayRefusal.unavailable();
            answer = sendOnce(call, other);
            if (answer.statusCode() == 401 && forge.isRefusedEverywhere(other)) {
                answer.body().close();
                access.refused(other);
                throw RelayRefusal.signInEnded();
            }
            return new Answered(answer, other);
        } catch (UpstreamRefused ended) {
            LOG.atInfo().addKeyValue("reason", ended.getMessage()).log("relay.sign-in.ended");
            throw RelayRefusal.signInEnded();
        } catch (UpstreamUnavailable | StoreUnavailable failure) {
            LOG.atWarn().addKeyValue("reason", failure.getMessage()).log("relay.token.unavailable");
            throw RelayRefusal.unavailable();
        }
    }

    private HttpResponse<InputStream> sendOnce(ForgeCalls.Call call, RelayToken token)
            throws IOException, RelayRefusal {
        try {
            return forge.send(call, token);
        } catch (RequestTooBigException tooBig) {
            throw tooBig;
        } catch (IOException failure) {
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(failure.getCause()))
                    .log("relay.forge.unavailable");
            throw RelayRefusal.unavailable();
        }
    }
}
